"""Converts pictures to another format or size. Asks no model, so it costs nothing.

Synchronous and heavy; runs in a sandbox process. Decoding, with its limits, is in `pictures.py`.
"""

from __future__ import annotations

import io

from PIL import Image

from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.pictures import decode_picture
from bot.files.unreadable import UnreadableError

_PILLOW_FORMATS = {"jpg": "JPEG", "webp": "WEBP", "png": "PNG"}
_QUALITY = 92
MAX_SIDE = 8_192
MAX_BYTES = 50 * 1024 * 1024
_TOO_TALL_MESSAGE = "I could not make {name} that large."
_TOO_LARGE_MESSAGE = (
    "I could not make {name} that large: it would be more than 50 MB. Please ask for fewer"
    " pixels, or"
    " for JPEG."
)


def convert(name: str, data: bytes, extension: str, width: int | None) -> bytes:
    """Convert a picture to `extension`, a value of `EXTENSIONS`, and to `width` pixels if set.

    All metadata is dropped. Raises `UnreadableError`.
    """
    picture = decode_picture(name, data, max_side=MAX_SIDE)
    if width is not None and width != picture.width:
        height = max(1, round(picture.height * width / picture.width))
        if height > MAX_SIDE:
            raise UnreadableError(
                "too tall", user_message=Message(_TOO_TALL_MESSAGE, name=clean_name(name))
            )
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    if extension == "jpg" and picture.mode == "RGBA":
        # JPEG has no transparency: the background becomes white.
        white = Image.new("RGB", picture.size, (255, 255, 255))
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    options = {} if extension == "png" else {"quality": _QUALITY}
    bare.save(out, _PILLOW_FORMATS[extension], **options)
    if out.tell() > MAX_BYTES:
        raise UnreadableError(
            "too large", user_message=Message(_TOO_LARGE_MESSAGE, name=clean_name(name))
        )
    return out.getvalue()
