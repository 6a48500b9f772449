"""Reads pictures: detects them by content, checks sizes, makes small clean copies for the model.

Synchronous and heavy; runs in a sandbox process. See `frames.py` for the choice of frames from
animations and files of several pages.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from PIL import Image as PilImage

from bot.domain.files import Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.pictures.sight import Origin, Sight
from bot.domain.safe_text import clean_name
from bot.files.readers import colours, frames
from bot.files.readers.detail.content import find_content
from bot.files.readers.detail.encoding import encode_picture
from bot.files.readers.detail.keeping import find_source, find_webp_source
from bot.files.readers.detail.seeking import compute_origin
from bot.files.readers.detail.turning import compute_upright_size, read_orientation
from bot.files.readers.flaws.decoding import (
    FORMAT_TITLES,
    check_shape,
    check_size,
    guard_decoding,
    read_leniently,
)
from bot.files.readers.flaws.salvage import Salvage
from bot.files.readers.pixels.depths import (
    is_deep,
    load_shallow,
    reduce_depth,
    spread_hole,
)
from bot.files.readers.pixels.png_rows import read_ahead
from bot.files.unreadable import UnreadableError, build_unreadable_error

MAX_SIDE = 2048
# Of a file with pages no more are read at once, but one.
_MAX_PAGE_PIXELS = 120_000_000

_MISSING_PIXELS = "about {percent} percent of its pixels, which are cut off or damaged"


def read_picture(name: str, data: bytes) -> ParsedFile:
    """Read a picture, or frames of an animation or a file with pages. Raises `UnreadableError`.

    What every viewer shows is read, whatever else is wrong with the file; of a picture that is cut
    off, what is left of it.
    """
    origin = compute_origin(name, data)

    def read_rest(rest: Salvage, title: str) -> ParsedFile:
        image = _encode_still(name, _normalize_upright(rest.picture, MAX_SIDE))
        percent = _count_missing_percent(rest)
        left_out = Message(_MISSING_PIXELS, percent=percent) if percent else ""
        return ParsedFile(
            clean_name(name), title, (image,), left_out=left_out, is_incomplete=percent > 0
        )

    parsed_file = read_leniently(
        name, data, MAX_SIDE, lambda sound: _read_sound(name, sound), read_rest
    )
    found = (
        replace(one, origin=replace(origin, number=one.origin.number))
        for one in parsed_file.pictures
    )
    return replace(parsed_file, pictures=tuple(found))


def _read_sound(name: str, data: bytes) -> ParsedFile:
    with guard_decoding(name, data) as pillow_format:
        title = f"{FORMAT_TITLES[pillow_format]} picture"
        with PilImage.open(io.BytesIO(data), formats=[pillow_format]) as picture:
            is_single = pillow_format in frames.SINGLE_FRAME_FORMATS
            count = 1 if is_single else frames.count_frames(picture)
            if count > 1:
                return _read_frames(name, title, picture, frames.select_frames(picture, count))
        return _read_still(name, data, title)


def render_pages(name: str, data: bytes, numbers: Sequence[int]) -> ParsedFile:
    """Return the pages `numbers`, from 1, of a picture with several. Raises `UnreadableError`."""
    with (
        guard_decoding(name, data) as pillow_format,
        PilImage.open(io.BytesIO(data), formats=[pillow_format]) as picture,
    ):
        count = frames.count_frames(picture)
        selected = {number - 1 for number in numbers if 1 <= number <= count}
        if not selected:
            raise build_unreadable_error(name, "no such page", count)
        return _read_frames(name, f"{FORMAT_TITLES[pillow_format]} picture", picture, selected)


def prepare(name: str, data: bytes, *, max_side: int = MAX_SIDE) -> Image:
    """Make a picture ready for the model: upright, sRGB, no metadata, at most `max_side` pixels.

    Uses the first frame of an animation. Raises `UnreadableError`.
    """
    with guard_decoding(name, data):
        return _encode_still(name, decode_picture(name, data, max_side=max_side))


def decode_picture(name: str, data: bytes, *, max_side: int) -> PilImage.Image:
    """Decode the first frame, upright, in sRGB, at most `max_side`. Raises `UnreadableError`."""
    return read_leniently(
        name,
        data,
        max_side,
        lambda sound: decode_sound_picture(name, sound, max_side=max_side),
        lambda rest, _title: _normalize_upright(rest.picture, max_side),
    )


def decode_sound_picture(name: str, data: bytes, *, max_side: int) -> PilImage.Image:
    """Decode as `decode_picture` does, but refuse what is damaged. Raises `UnreadableError`."""
    with _open_still(name, data) as picture:
        loaded, _ = _load(picture, max_side)
        return normalize_picture(loaded, max_side, read_orientation(picture))


def decode_frame(name: str, data: bytes, number: int, *, max_side: int) -> PilImage.Image:
    """Decode a page or frame, from 1, or -1 for the last, as `decode_sound_picture` does."""
    with _open_still(name, data) as picture:
        frames.open_frame(name, picture, number)
        check_size(name, picture)
        loaded, _ = load_shallow(picture, picture.tell())
        return normalize_picture(loaded, max_side, read_orientation(picture))


def _read_still(name: str, data: bytes, title: str) -> ParsedFile:
    """Read a picture that is not animated, with its size in the file and what it shows."""
    with _open_still(name, data) as picture:
        stored_size = picture.size  # of a JPEG: it is loaded smaller
        check_shape(name, *stored_size)
        loaded, note = _load(picture, MAX_SIDE)
        turn = read_orientation(picture)  # not before: a TIFF, but not its size, is turned by that
        width, height = compute_upright_size(stored_size, turn)
        sight = Sight(width, height, find_content(loaded, convert_to_rgb))
        is_same_size = max(loaded.size) <= MAX_SIDE and {*loaded.size} == {width, height}
        if is_same_size:
            source = find_source(data, picture, is_turned=turn is not None)
        else:
            webp = find_webp_source(data, picture)
            source = webp and webp.shrunk
        image = encode_picture(name, normalize_picture(loaded, MAX_SIDE, turn), sight, source)
        return ParsedFile(clean_name(name), title, (image,), left_out=note or "")


@contextmanager
def _open_still(name: str, data: bytes) -> Iterator[PilImage.Image]:
    with (
        guard_decoding(name, data) as pillow_format,
        # Allow only the decoder of the detected type: a hostile file may be made for another one.
        PilImage.open(io.BytesIO(data), formats=[pillow_format]) as picture,
    ):
        check_size(name, picture)
        spread_hole(picture)
        yield picture


def _load(picture: PilImage.Image, max_side: int) -> tuple[PilImage.Image, Message | None]:
    """Return the picture with its pixels, in eight bits, and what is to be told of its range."""
    # JPEG can decode at a fraction of the size, which saves most of the time and memory.
    picture.draft("RGB", (max_side, max_side))
    with read_ahead(picture):
        return load_shallow(picture)


def _normalize_upright(picture: PilImage.Image, max_side: int) -> PilImage.Image:
    return normalize_picture(picture, max_side, read_orientation(picture))


def normalize_picture(
    picture: PilImage.Image, max_side: int, transpose: PilImage.Transpose | None
) -> PilImage.Image:
    """Return a loaded picture turned by `transpose`, shrunk to `max_side`, in sRGB, as RGB or
    RGBA."""
    picture = reduce_depth(picture)[0] if is_deep(picture) else picture
    profile = picture.info.get("icc_profile")
    # Shrink before anything makes a copy, so that a large picture is in memory only once.
    small = _shrink(
        convert_to_rgb(picture) if picture.mode in ("1", "P", "PA") else picture, max_side
    )
    upright = small.transpose(transpose) if transpose is not None else small
    return colours.convert_to_srgb(upright, profile, convert_to_rgb)


def _read_frames(name: str, title: str, picture: PilImage.Image, selected: Set[int]) -> ParsedFile:
    count, images, pixels = frames.count_frames(picture), list[Image](), 0
    refused = dict[int, UnreadableError]()
    labels = frames.FrameLabels(picture.format or "", count)
    for frame in frames.sample_frames(picture, selected, partial(_check_frame, name), refused):
        pixels += picture.width * picture.height
        if images and labels.is_paged and pixels > _MAX_PAGE_PIXELS:
            break
        width, height = compute_upright_size(picture.size, read_orientation(picture))
        small = _normalize_upright(picture.copy(), frames.get_max_side(is_paged=labels.is_paged))
        image = _encode_still(name, small)
        sight = replace(image.sight, full_width=width, full_height=height)
        origin = Origin(number=frame.number)
        part = labels.format_part(frame)
        images.append(replace(image, part=part, sight=sight, origin=origin))
    if refused and not images:
        raise next(iter(refused.values()))
    kind = f"{title} of {count} pages" if labels.is_paged else f"moving {title}"
    return ParsedFile(
        clean_name(name),
        kind,
        tuple(images),
        count=count,
        left_out=labels.format_left_out(len(images), list(refused)),
        is_incomplete=len(images) + len(refused) < len(selected) and pixels <= _MAX_PAGE_PIXELS,
    )


def _check_frame(name: str, picture: PilImage.Image) -> None:
    check_size(name, picture)
    check_shape(name, *picture.size)


def convert_to_rgb(picture: PilImage.Image) -> PilImage.Image:
    """Convert any mode to RGB or RGBA: palette, grey, 16 bits, CMYK."""
    is_transparent = "transparency" in picture.info
    if picture.mode == "RGBA" or (picture.mode == "RGB" and not is_transparent):
        return picture
    if is_deep(picture):
        return convert_to_rgb(reduce_depth(picture)[0])
    has_alpha = picture.mode in ("LA", "PA", "La", "RGBa") or is_transparent
    return picture.convert("RGBA" if has_alpha else "RGB")


def _shrink(picture: PilImage.Image, max_side: int) -> PilImage.Image:
    """Shrink a picture in place."""
    if max(picture.size) > max_side:
        picture.thumbnail((max_side, max_side), PilImage.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def _encode_still(name: str, picture: PilImage.Image) -> Image:
    """Encode a picture of whose file nothing more is shown than this."""
    content = find_content(picture, convert_to_rgb)
    return encode_picture(name, picture, Sight(content=content))


def _count_missing_percent(rest: Salvage) -> int:
    return max(1, round(100 * rest.missing_share)) if rest.missing_share else 0
