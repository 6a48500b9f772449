"""The tasks on parts of pictures: areas found and masked, grids drawn, surroundings put back.

See `bot.files.masking` for the work, and `bot.files.masking.maker` for the side of the service.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from PIL import Image

from bot.domain.pictures.areas import plan_grid
from bot.domain.pictures.mark_choice import choose_areas
from bot.domain.pictures.marks import MarkedArea, parse_picks
from bot.domain.pictures.sight import Shares
from bot.domain.pictures.sizes import MAX_MADE_SIDE
from bot.files.editing.encoding import choose_extension, encode
from bot.files.editing.opening import open_picture, translate_for_pillow
from bot.files.masking import finder, masks, previews
from bot.files.masking.bits import find_box
from bot.files.masking.shots.finder import find_on_copy, find_on_screenshot
from bot.files.sandbox.pipe import Header, Message
from bot.files.unreadable import UnreadableError

# Larger than any copy that a model gets.
_MAX_COPY_SIDE = 8_192
# Those of phones, of 12 megapixels, have some 20 MB as a PNG.
_MAX_PHOTO_BYTES = 24 * 1024 * 1024


def compute_masks(header: Header, blobs: Sequence[bytes]) -> Message:
    """Do the work that the header names."""
    return _WORK[header["work"]](header, blobs)


def find_areas(header: Header, blobs: Sequence[bytes]) -> Message:
    """Find the areas on `blobs[-1]`, by the original `blobs[0]` if there are two.

    Returns the chosen ones as a mask of the picture that is changed, and all numbered on it.
    What was picked by its look counts where there is such a mark, else all.
    """
    name = header["name"]
    pictures = [open_picture(name, blob, max_side=_MAX_COPY_SIDE).picture for blob in blobs]
    has_original = len(pictures) > 1
    found = _FINDERS[header["work"], has_original](*pictures)
    marks = [_describe(one) for one in found]
    picked = choose_areas(parse_picks(header["picks"]), marks)
    numbers = header["numbers"] or picked or range(1, len(found) + 1)
    chosen = [one for number, one in enumerate(found, 1) if number in numbers]
    values = {
        "areas": [_list_values(one) for one in marks],
        "picked": list(picked),
        "size": list(pictures[0].size),
    }
    if not chosen:
        return values, []
    mask = _build_mask(chosen, pictures[0].size, header, has_original=has_original)
    each = [masks.build_mask([one.area], [], pictures[0].size) for one in found]
    numbered = previews.draw_areas(pictures[0], each) if header["shows"] else None
    preview = b"" if numbered is None else _encode_preview(numbered)
    return values, [b"" if mask is None else masks.encode_mask(mask), preview]


def _find_by_original(base: Image.Image, marked: Image.Image) -> list[finder.FoundArea]:
    return finder.find_by_original(base, marked) or find_on_screenshot(base, marked)


def _describe(found: finder.FoundArea) -> MarkedArea:
    box = _scale(find_box(found.area), found.area.shape)
    return MarkedArea(box, found.kind, found.weight, found.colour, found.form)


def _list_values(mark: MarkedArea) -> list[object]:
    return [*mark.box, mark.kind, mark.weight, mark.colour, mark.form and mark.form.value]


def _build_mask(
    chosen: Sequence[finder.FoundArea], size: tuple[int, int], header: Header, *, has_original: bool
) -> Image.Image | None:
    """Return the mask of areas, or of all but these; None where nothing of these is left to stay.

    Without an original the strokes are on the picture itself, and always change.
    """
    areas, strokes = [one.area for one in chosen], [one.strokes for one in chosen]
    if not header["inverts"]:
        return masks.build_mask(areas, [] if has_original else strokes, size)
    if has_original:
        return masks.invert_mask(masks.build_mask(areas, [], size))
    kept = masks.leave_out(areas, strokes)
    return masks.invert_mask(masks.build_mask([kept], [], size)) if kept.any() else None


def mask_cells(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return the mask of rectangles on a picture."""
    picture = open_picture(header["name"], blobs[0], max_side=_MAX_COPY_SIDE).picture
    mask = masks.draw_cells(picture.size, [tuple(box) for box in header["boxes"]])
    mask = masks.invert_mask(mask) if header["inverts"] else mask
    return {"size": list(picture.size)}, [masks.encode_mask(mask)]


def tint_area(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return a picture with the area of a mask in half-transparent pink."""
    picture = open_picture(header["name"], blobs[0], max_side=_MAX_COPY_SIDE).picture
    marked = previews.draw_marked_copy(picture, masks.decode_mask(blobs[1]))
    return {"size": list(marked.size)}, [_encode_preview(marked)]


def draw_grid(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return a picture, at most so large as a phone shows it, with its grid over it."""
    # Once: a drawing would be drawn for each of the two.
    data = translate_for_pillow(header["name"], blobs[0])
    opened = open_picture(header["name"], data, max_side=previews.MAX_SIDE)
    # By its own size: that of a copy may be rounded to another shape.
    grid = plan_grid(*_read_size(header["name"], data))
    drawn = previews.draw_grid(opened.picture, grid)
    extension = choose_extension(opened.mimetype, drawn)
    return {"extension": extension}, [encode(header["name"], drawn, extension)[0]]


def put_back(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return the original with what was drawn inside of the mask; nothing if it is another."""
    name = header["name"]
    original = open_picture(name, blobs[0], max_side=MAX_MADE_SIDE)
    sent, drawn = (open_picture(name, one, max_side=_MAX_COPY_SIDE).picture for one in blobs[1:3])
    together = masks.put_back(original.picture, sent, drawn, masks.decode_mask(blobs[3]))
    if together is None:
        return {}, []
    data, extension = _encode_composite(name, together, original.mimetype)
    return {"extension": extension, "size": list(together.size)}, [data]


def _encode_composite(name: str, picture: Image.Image, mimetype: str) -> tuple[bytes, str]:
    """Return a PNG, which loses nothing, or a JPEG of a photo that would be too heavy as a PNG."""
    is_photo = choose_extension(mimetype, picture) == "jpg"
    try:
        data, _ = encode(name, picture, "png")
        if not is_photo or len(data) <= _MAX_PHOTO_BYTES:
            return data, "png"
    except UnreadableError:
        if not is_photo:
            raise
    return encode(name, picture, "jpg")[0], "jpg"


_FINDERS: dict[tuple[str, bool], Callable[..., list[finder.FoundArea]]] = {
    ("areas", False): finder.find_by_colour,
    ("areas", True): _find_by_original,
    ("areas on a copy", True): find_on_copy,
}
_WORK = {
    "areas": find_areas,
    "areas on a copy": find_areas,
    "cells": mask_cells,
    "tint": tint_area,
    "grid": draw_grid,
    "put back": put_back,
}


def _read_size(name: str, data: bytes) -> tuple[int, int]:
    """Return the upright size of a picture, which is decoded small."""
    small = open_picture(name, data, max_side=64).picture
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
    except OSError:
        # Only its own decoder knows it, or it is damaged.
        return open_picture(name, data, max_side=_MAX_COPY_SIDE).picture.size
    is_turned = (width > height) != (small.width > small.height) and width != height
    return (height, width) if is_turned else (width, height)


def _encode_preview(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, subsampling=0)
    return out.getvalue()


def _scale(box: tuple[int, int, int, int], shape: tuple[int, ...]) -> Shares:
    height, width = shape
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height
