"""Finds the sky or the background of any picture: what is smooth and touches an edge. Pure Pillow.

It looks at colours alone and knows nothing of what a picture shows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from PIL import Image, ImageChops, ImageFilter, ImageOps

from bot.playground.drawing.colours import RGB

_SIDE = 320
# How much a pixel may differ from its neighbour, and from where the region began, by channel.
_MAX_STEP, _MAX_DRIFT = 12, 120
_MIN_SHARE, _MAX_SHARE = 0.03, 0.95
Pixel = tuple[int, int]


def find_region(picture: Image.Image, *, from_all_edges: bool) -> Image.Image | None:
    """Return a mask of what is smooth from the upper edge on, or from all edges.

    None where that is next to nothing, or nearly the whole picture, unless it is of one colour.

    The mask is as large as the picture: 255 where the region is.
    """
    small = ImageOps.contain(picture.convert("RGB"), (_SIDE, _SIDE)).filter(
        ImageFilter.GaussianBlur(0.8)
    )
    width, height = small.size
    seeds = [(x, 0) for x in range(width)]
    if from_all_edges:
        seeds += [(x, height - 1) for x in range(width)]
        seeds += [(x, y) for y in range(height) for x in (0, width - 1)]
    found = _flood(small, seeds)
    if from_all_edges and _is_plain(small):
        return Image.new("L", picture.size, 255)
    if not _MIN_SHARE <= sum(found) / (width * height) <= _MAX_SHARE:
        return None
    mask = Image.frombytes("L", (width, height), bytes(255 if one else 0 for one in found))
    closed = mask.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.MinFilter(3))
    return closed.resize(picture.size, Image.Resampling.BILINEAR)


def _is_plain(picture: Image.Image) -> bool:
    """Whether the whole picture is of one colour."""
    return all(high - low <= _MAX_STEP for low, high in _list_extrema(picture))


def _list_extrema(picture: Image.Image) -> list[tuple[float, float]]:
    return [channel.getextrema() for channel in picture.split()]  # type: ignore[misc] # of one band each


def measure_share(mask: Image.Image) -> float:
    """Return the share of the picture that the mask covers."""
    return sum(mask.histogram()[128:]) / (mask.width * mask.height)


def _flood(picture: Image.Image, seeds: Iterable[Pixel]) -> bytearray:
    """Walk from pixel to similar pixel; return 1 for each that is reached."""
    width, height = picture.size
    data = picture.tobytes()
    found = bytearray(width * height)
    queue: deque[tuple[int, int]] = deque()  # a pixel, and the seed that led there
    for x, y in seeds:
        index = y * width + x
        if not found[index]:
            found[index] = 1
            queue.append((index, index))
    while queue:
        index, seed = queue.popleft()
        x = index % width
        around = [index - width, index + width]
        around += [index - 1] if x else []
        around += [index + 1] if x < width - 1 else []
        for other in around:
            if 0 <= other < len(found) and not found[other] and _is_like(data, other, index, seed):
                found[other] = 1
                queue.append((other, seed))
    return found


def _is_like(data: bytes, other: int, index: int, seed: int) -> bool:
    step = max(abs(data[3 * other + at] - data[3 * index + at]) for at in range(3))
    drift = max(abs(data[3 * other + at] - data[3 * seed + at]) for at in range(3))
    return step <= _MAX_STEP and drift <= _MAX_DRIFT


def paint_region(picture: Image.Image, mask: Image.Image, colour: RGB) -> Image.Image:
    """Return the picture with the region in `colour`, its light and shade kept, the rest as is."""
    grey = ImageOps.autocontrast(ImageOps.grayscale(picture), cutoff=1, mask=_make_hard(mask))
    low, high = (tuple(round(one * 0.72) for one in colour), tuple(
        round(one + (255 - one) * 0.35) for one in colour))  # fmt: skip
    painted = ImageOps.colorize(grey, low, high, mid=colour).convert(picture.mode)
    if picture.mode == "RGBA":
        painted.putalpha(picture.getchannel("A"))
    return Image.composite(painted, picture, mask)


def clear_region(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """Return the picture with the region transparent."""
    cleared = picture.convert("RGBA")
    alpha = ImageChops.multiply(cleared.getchannel("A"), ImageOps.invert(mask))
    cleared.putalpha(alpha)
    return cleared


def _make_hard(mask: Image.Image) -> Image.Image:
    return mask.point(lambda value: 255 if value > 127 else 0)
