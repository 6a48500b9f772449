"""Finds what is cut off a picture: so much of a side, a border of one colour, turned corners.

Runs in a sandbox process. What a crop to a shape keeps is in `saliency.py`.
"""

from __future__ import annotations

import math

from PIL import Image, ImageChops, ImageColor

from bot.domain.pictures.operations import Edges
from bot.domain.pictures.sight import Box
from bot.files.editing.canvas import TRANSPARENT
from bot.files.editing.encoding import has_transparency

# Colours as far from a border's belong to it: JPEG does not keep a colour exactly.
_BORDER_TOLERANCE = 16
# So far may a border be from the colour that it is called.
_NAME_TOLERANCE = 64


def compute_cut(size: tuple[int, int], edges: Edges) -> Box | None:
    """Return what stays of a picture if `edges` are cut off; None if nothing would."""
    left, top, right, bottom = _count_pixels(size, edges)
    box = (left, top, size[0] - right, size[1] - bottom)
    return box if box[0] < box[2] and box[1] < box[3] else None


def compute_margins(size: tuple[int, int], edges: Edges) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the size of a canvas with margins of `edges`, and where on it the picture lies."""
    left, top, right, bottom = _count_pixels(size, edges)
    return (size[0] + left + right, size[1] + top + bottom), (left, top)


def _count_pixels(size: tuple[int, int], edges: Edges) -> Box:
    sides = (size[0], size[1], size[0], size[1])
    left, top, right, bottom = (
        _count_edge(edge, side) for edge, side in zip(edges, sides, strict=True)
    )
    return left, top, right, bottom


def _count_edge(edge: float, side: int) -> int:
    if edge < 0:
        return max(0, side + round(edge))
    return round(edge * side) if edge < 1 else round(edge)


def find_content(picture: Image.Image, colour: str) -> Box:
    """Return what is within the border of a picture: all of it where there is none.

    A border is what is transparent, or of one colour from one corner to the next; with `colour`,
    of one near that.
    """
    whole = (0, 0, *picture.size)
    if has_transparency(picture):
        return picture.getchannel("A").getbbox() or whole
    if colour == TRANSPARENT:
        return whole
    plain = picture.convert("RGB")
    colours = _list_border_colours(plain, colour)
    boxes = {one: _find_difference(plain, one) or whole for one in set(colours) if one}
    left, top, right, bottom = (boxes.get(one, whole)[number] for number, one in enumerate(colours))
    return (left, top, right, bottom) if left < right and top < bottom else whole


def _list_border_colours(picture: Image.Image, wanted: str) -> list[tuple[int, ...]]:
    """Return the colour of the border on the left, top, right and bottom; () where none is."""
    right, bottom = picture.width - 1, picture.height - 1
    places = ((0, 0), (right, 0), (0, bottom), (right, bottom))
    corners = [tuple(picture.crop((x, y, x + 1, y + 1)).tobytes()) for x, y in places]
    sides = [(corners[one], corners[other]) for one, other in ((0, 2), (0, 1), (1, 3), (2, 3))]
    return [
        one
        if _measure_distance(one, other) <= _BORDER_TOLERANCE
        and (not wanted or _measure_distance(one, ImageColor.getrgb(wanted)[:3]) <= _NAME_TOLERANCE)
        else ()
        for one, other in sides
    ]


def _measure_distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(first - second) for first, second in zip(one, other, strict=True))


def _find_difference(picture: Image.Image, colour: tuple[int, ...]) -> Box | None:
    far = ImageChops.difference(picture, Image.new("RGB", picture.size, colour))
    red, green, blue = far.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([0] * (_BORDER_TOLERANCE + 1) + [255] * (255 - _BORDER_TOLERANCE)).getbbox()


def compute_upright(size: tuple[int, int], degrees: float) -> tuple[int, int]:
    """Return the largest shape like `size` that has no empty corner in it once that is turned."""
    angle = math.radians(abs(degrees))
    width, height = size
    across = width * math.cos(angle) + height * math.sin(angle)
    down = width * math.sin(angle) + height * math.cos(angle)
    scale = min(width / across, height / down)
    # What is at the edge is mixed with what is beyond it.
    return max(1, int(width * scale) - 2), max(1, int(height * scale) - 2)
