"""How many pixels a picture may have; checked in its header, before a pixel is decoded."""

from __future__ import annotations

# Phones take up to 200 megapixels, but rarely.
MAX_PIXELS = 100_000_000
