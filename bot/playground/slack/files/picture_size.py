"""Measures a picture in pixels from its header, as Slack does. Decodes no pixels."""

from __future__ import annotations

import io
import warnings

from PIL import Image

# EXIF orientations of a picture that the camera stored lying on its side.
_SIDEWAYS_ORIENTATIONS = (5, 6, 7, 8)
_ORIENTATION_TAG = 0x0112


def measure_picture(data: bytes) -> tuple[int | None, int | None]:
    """Return width and height as people see them, or None for anything but a picture."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            is_sideways = (
                picture.format == "JPEG"
                and picture.getexif().get(_ORIENTATION_TAG) in _SIDEWAYS_ORIENTATIONS
            )
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None, None
    return (height, width) if is_sideways else (width, height)
