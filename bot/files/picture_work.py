"""What the service itself has to know of the work on pictures that the sandbox does.

The modules of that work load Pillow, which takes three megabytes: the service does without it.
"""

from __future__ import annotations

from typing import TypeAlias

# Where marks are, as fractions of width and height: left, top, right, bottom.
Box: TypeAlias = tuple[float, float, float, float]

# What a picture may be converted to, by what people call it, and the kinds of the results.
EXTENSIONS = {"jpg": "jpg", "jpeg": "jpg", "webp": "webp", "png": "png"}
MIMETYPES = {"jpg": "image/jpeg", "webp": "image/webp", "png": "image/png"}
MAX_SHEET_PICTURES = 60


def build_converted_name(name: str, extension: str, width: int | None) -> str:
    """Return the file name of a converted picture."""
    stem = name.rpartition(".")[0] or name
    size = f"-{width}" if width is not None else ""
    return f"{stem}{size}.{extension}"
