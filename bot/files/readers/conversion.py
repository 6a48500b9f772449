"""Converts pictures to another format or size. Asks no model, so it costs nothing.

Synchronous and heavy; runs in a sandbox process. Decoding, with its limits, is in `pictures.py`.
"""

from __future__ import annotations

from PIL import Image

from bot.domain.pictures.sizes import MAX_MADE_SIDE
from bot.files.editing.encoding import encode
from bot.files.editing.opening import translate_for_pillow
from bot.files.readers.pictures import decode_picture
from bot.files.unreadable import build_unreadable_error


def convert(name: str, data: bytes, extension: str, width: int | None) -> bytes:
    """Convert a picture to `extension`, a value of `EXTENSIONS`, and to `width` pixels if set.

    All metadata is dropped. Raises `UnreadableError`.
    """
    picture = decode_picture(name, translate_for_pillow(name, data), max_side=MAX_MADE_SIDE)
    if width is not None and width != picture.width:
        height = max(1, round(picture.height * width / picture.width))
        if max(width, height) > MAX_MADE_SIDE:
            raise build_unreadable_error(name, "made too large", MAX_MADE_SIDE)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return encode(name, picture, extension)[0]
