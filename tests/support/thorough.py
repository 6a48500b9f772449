"""Whether tests of random examples take many, as `make fuzz` does, or few and always the same."""

from __future__ import annotations

import os

IS_THOROUGH = bool(os.environ.get("EASEL_THOROUGH"))
