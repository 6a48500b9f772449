"""Opens a picture to work on its own pixels, not on a small copy. Runs in a sandbox process."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from bot.domain.pictures.operations import Step
from bot.files.kinds import detect_picture_mimetype
from bot.files.readers.flaws.decoding import guard_decoding
from bot.files.readers.frames import (
    SINGLE_FRAME_FORMATS,
    FrameLabels,
    count_frames,
    open_frame,
)
from bot.files.readers.pictures import decode_frame, decode_picture, decode_sound_picture
from bot.files.readers.pixels.translate import translate_picture
from bot.files.readers.vector.detection import is_svg
from bot.files.unreadable import UnreadableError, build_unreadable_error

# Panoramas of phones have some 16,000.
MAX_SOURCE_SIDE = 20_000
# Screens and cameras write 72 or 96 into every file.
_MIN_DPI, _MAX_DPI = 100, 1_200
_METADATA = ("exif", "xmp", "photoshop", "comment", "Comment", "Description", "Author", "Software",
             "Raw profile type exif", "XML:com.adobe.xmp", "parameters")  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenedPicture:
    """A picture upright, in RGB or RGBA; `steps` are what is worth telling of it.

    `dpi` is that of a print, 0 where none is told.
    """

    picture: Image.Image
    mimetype: str
    steps: tuple[Step, ...] = ()
    dpi: int = 0


def open_picture(
    name: str,
    data: bytes,
    *,
    max_side: int = MAX_SOURCE_SIDE,
    is_strict: bool = False,
    page: int = 0,
) -> OpenedPicture:
    """Decode a picture, at most `max_side` large: its first frame, or another `page`, from 1, -1
    for the last. Raises `UnreadableError`.

    With `is_strict`, a damaged one as well: several may then be decoded at once, as what is left
    of a damaged one is found by a setting of the whole process.
    """
    data = translate_for_pillow(name, data)
    if page:
        return _open_page(name, data, page, max_side)
    dpi = 0
    try:
        steps, dpi = _look_at(name, data)
    except UnreadableError as error:
        # What is left of a damaged picture may be decoded all the same.
        if is_strict or error.why != "damaged":
            raise
        steps = ()
    decode = decode_sound_picture if is_strict else decode_picture
    picture = decode(name, data, max_side=max_side)
    return OpenedPicture(picture, detect_picture_mimetype(data) or "", steps, dpi)


def _open_page(name: str, data: bytes, page: int, max_side: int) -> OpenedPicture:
    _, dpi = _look_at(name, data, page)
    picture = decode_frame(name, data, page, max_side=max_side)
    return OpenedPicture(picture, detect_picture_mimetype(data) or "", (), dpi)


def translate_for_pillow(name: str, data: bytes) -> bytes:
    """Return a picture that Pillow reads: of a drawing in vectors the PNG that is drawn of it.

    Raises `UnreadableError` where there is none.
    """
    if detect_picture_mimetype(data) is None and is_svg(data):
        # Imported with the first one: what draws takes megabytes and is rarely needed.
        from bot.files.readers.vector.svg import draw_svg

        return draw_svg(name, data).png
    return translate_picture(name, data).data


def _look_at(name: str, data: bytes, page: int = 0) -> tuple[tuple[Step, ...], int]:
    """Return what the header tells and the dpi of a page, before a pixel of it is decoded."""
    steps = []
    with (
        guard_decoding(name, data) as pillow_format,
        Image.open(io.BytesIO(data), formats=[pillow_format]) as picture,
    ):
        if page:
            open_frame(name, picture, page)
        longest = max(picture.size)
        if longest > MAX_SOURCE_SIDE:
            raise build_unreadable_error(name, "side too long", longest, MAX_SOURCE_SIDE)
        if pillow_format not in SINGLE_FRAME_FORMATS and count_frames(picture) > 1:
            is_paged = FrameLabels(pillow_format, count=2).is_paged
            steps.append(Step.FIRST_PAGE if is_paged else Step.FIRST_FRAME)
        if any(key in picture.info for key in _METADATA):
            steps.append(Step.METADATA)
        dpi = _read_dpi(picture)
    return tuple(steps), dpi


def _read_dpi(picture: Image.Image) -> int:
    """Return the resolution that a file has for print, 0 where it tells none that is meant."""
    try:
        across, down = (round(float(value)) for value in picture.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ArithmeticError):
        return 0  # a damaged header may hold anything
    return across if across == down and _MIN_DPI <= across <= _MAX_DPI else 0


def count_pixels(name: str, data: bytes) -> int:
    """Return how many pixels a picture that Pillow reads claims to have.

    Raises `UnreadableError`.
    """
    with (
        guard_decoding(name, data) as pillow_format,
        Image.open(io.BytesIO(data), formats=[pillow_format]) as picture,
    ):
        return picture.width * picture.height
