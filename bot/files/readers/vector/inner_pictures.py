"""Takes care of the pictures in a drawing: each becomes one that the renderer draws, or is counted.

Nothing outside of the file is looked at.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from PIL import Image as PilImage

from bot.files.kinds import detect_picture_mimetype
from bot.files.readers.pictures import decode_picture
from bot.files.readers.vector.bounds import DrawingLimitError
from bot.files.unreadable import UnreadableError

_MAX_PIXELS, _MAX_DECODED, _MAX_LEVELS = 40_000_000, 40, 2
_MAX_SIDE = 2048
_DRAWN_AS_THEY_ARE = ("image/png", "image/jpeg")
_ADDRESS = re.compile(r"data:([\w.+/-]*)((?:;[\w.+-]+(?:=[^;,]*)?)*)\s*,", re.IGNORECASE)


@dataclass(slots=True)
class InnerPictures:
    """Pictures in one drawing. `draw` draws a drawing in it, as PNG. Counts what is not shown."""

    is_drawing: Callable[[bytes], bool]
    draw: Callable[[bytes, int], PilImage.Image]
    level: int = 0
    linked_count: int = 0
    unread_count: int = 0
    _pixels: int = 0
    _decoded: int = 0
    _seen: dict[str, str] = field(default_factory=dict)

    def replace(self, value: str, *, is_picture: bool) -> str:
        """Return a reference that is safe and that the renderer understands, else "".

        Raises `DrawingLimitError` if the pictures are too large together.
        """
        value = value.strip()
        if value.startswith("#"):
            return value
        if not value.lower().startswith("data:"):
            self.linked_count += is_picture and bool(value)
            return ""
        if not is_picture:
            return ""
        if value not in self._seen:
            self._seen[value] = self._convert(value)
        self.unread_count += not self._seen[value]
        return self._seen[value]

    def count_unseen(self, source: str) -> None:
        """Count a picture that a label in HTML shows."""
        if source.strip().lower().startswith("data:"):
            self.unread_count += 1
        else:
            self.linked_count += 1

    def _convert(self, value: str) -> str:
        data = decode_address(value)
        if data is None:
            return ""
        mimetype = detect_picture_mimetype(data)
        if mimetype in _DRAWN_AS_THEY_ARE and self._count_pixels(data):
            return _write_address(mimetype, data)
        self._decoded += 1
        is_picture = mimetype is not None or self.is_drawing(data)
        picture = self._decode(data, mimetype) if is_picture else None
        if picture is None:
            return ""
        out = io.BytesIO()
        picture.save(out, "PNG", compress_level=1)
        return _write_address("image/png", out.getvalue())

    def _decode(self, data: bytes, mimetype: str | None) -> PilImage.Image | None:
        if self._decoded > _MAX_DECODED:
            return None
        if mimetype is None:
            drawn = self._draw_drawing(data) if self.level < _MAX_LEVELS else None
            self._add_pixels(drawn.size if drawn is not None else (0, 0))
            return drawn
        if not self._count_pixels(data, any_mode=True):
            return None
        try:
            return decode_picture("picture", data, max_side=_MAX_SIDE)
        except UnreadableError:
            return None

    def _draw_drawing(self, data: bytes) -> PilImage.Image | None:
        try:
            return self.draw(data, self.level + 1)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - the parser and its limits; the drawing around it is fine
            return None

    def _count_pixels(self, data: bytes, *, any_mode: bool = False) -> bool:
        """Count the pixels of a picture; return whether it can be drawn as it is."""
        try:
            with warnings.catch_warnings():
                # Pillow's own limit is higher than the one here.
                warnings.simplefilter("error", PilImage.DecompressionBombWarning)
                with PilImage.open(io.BytesIO(data)) as picture:
                    self._add_pixels(picture.size)
                    return any_mode or picture.mode not in ("CMYK", "YCCK", "LAB")
        except (PilImage.DecompressionBombError, PilImage.DecompressionBombWarning) as error:
            raise DrawingLimitError("pixels") from error
        except (OSError, ValueError, SyntaxError):
            return False

    def _add_pixels(self, size: tuple[int, int]) -> None:
        self._pixels += size[0] * size[1]
        if self._pixels > _MAX_PIXELS:
            raise DrawingLimitError("pixels")


def decode_address(value: str) -> bytes | None:
    """Return what a `data:` address holds; None for another address or a damaged one."""
    head = _ADDRESS.match(value[:400])
    if head is None:
        return None
    payload = value[head.end() :]
    if not head[2].lower().endswith(";base64"):
        return unquote_to_bytes(payload)
    packed = "".join(unquote_to_bytes(payload).decode("ascii", "replace").split())
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _write_address(mimetype: str, data: bytes) -> str:
    return f"data:{mimetype};base64,{base64.b64encode(data).decode()}"
