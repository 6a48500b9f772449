"""The tasks on parts of pictures: areas found and masked, grids drawn, surroundings put back.

See `bot.files.masking` for the work, and `bot.files.masking.maker` for the side of the service.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from bot.domain.pictures.areas import plan_grid
from bot.files.editing.encoding import choose_extension, encode
from bot.files.editing.opening import open_picture, translate_for_pillow
from bot.files.masking import finder, masks, previews
from bot.files.masking.bits import find_box
from bot.files.sandbox.pipe import Header, Message

# Larger than any copy that a model gets.
_MAX_COPY_SIDE = 8_192


def compute_masks(header: Header, blobs: Sequence[bytes]) -> Message:
    """Do the work that the header names."""
    return _WORK[header["work"]](header, blobs)


def find_areas(header: Header, blobs: Sequence[bytes]) -> Message:
    """Find the areas on `blobs[-1]`, by the original `blobs[0]` if there are two.

    Returns the chosen ones as a mask of the picture that is changed, and all numbered on it.
    """
    name = header["name"]
    pictures = [open_picture(name, blob, max_side=_MAX_COPY_SIDE).picture for blob in blobs]
    has_original = len(pictures) > 1
    if has_original:
        found = finder.find_by_original(pictures[0], pictures[1])
    else:
        found = finder.find_by_colour(pictures[0])
    rows = [[*_scale(find_box(one.area), one.area.shape), one.kind, one.weight] for one in found]
    chosen = [
        one for number, one in enumerate(found, 1) if number in (header["numbers"] or (number,))
    ]
    values = {"areas": rows, "size": list(pictures[0].size)}
    if not chosen:
        return values, []
    strokes = [] if has_original else [one.strokes for one in chosen]
    mask = masks.build_mask([one.area for one in chosen], strokes, pictures[0].size)
    each = [masks.build_mask([one.area], [], pictures[0].size) for one in found]
    numbered = previews.draw_areas(pictures[0], each) if header["shows"] else None
    preview = b"" if numbered is None else _encode_preview(numbered)
    return values, [masks.encode_mask(mask), preview]


def mask_cells(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return the mask of rectangles on a picture."""
    picture = open_picture(header["name"], blobs[0], max_side=_MAX_COPY_SIDE).picture
    mask = masks.draw_cells(picture.size, [tuple(box) for box in header["boxes"]])
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
    """Return the drawn picture with the original outside of the mask; nothing if it is another."""
    original, drawn, mask = blobs
    mask_picture = masks.decode_mask(mask)
    sizes = [_read_size(header["name"], data) for data in (original, drawn)]
    if sizes != [mask_picture.size, mask_picture.size]:
        return {}, []
    one, other = (
        open_picture(header["name"], data, max_side=_MAX_COPY_SIDE).picture
        for data in (original, drawn)
    )
    together = masks.put_back(one, other, mask_picture)
    return {}, [] if together is None else [encode(header["name"], together, "png")[0]]


_WORK = {
    "areas": find_areas,
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


def _scale(box: tuple[int, int, int, int], shape: tuple[int, ...]) -> list[float]:
    height, width = shape
    return [box[0] / width, box[1] / height, box[2] / width, box[3] / height]
