"""How large a picture may be; checked in its header, before a pixel is decoded."""

from __future__ import annotations

# Phones take up to 200 megapixels, but rarely.
MAX_PIXELS = 100_000_000
# The longer side. What a decoder says of a longer one is refused as a lie.
MAX_SIDE = 100_000
