"""Chooses which part of a picture a crop keeps: where it differs from what surrounds it.

Synchronous; runs in a sandbox process. A rule for a crop of one side only, which is all that a
change of shape needs. What stands out is far in colour from the borders of its own rows, or full of
edges. A subject that is taller than the crop keeps its upper end, where heads are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageStat

_MAP_SIDE = 128
# A spot begins where it is as light as this, of 255, and reaches as far as it is half as light as
# what it is on average: a face is paler than a red coat, and belongs to it.
_MIN_LIGHT, _SPREAD = 64, 0.4
# A spot that counts next to the largest one has this share of its weight.
_MIN_WEIGHT = 0.2
# Room over a head, as a share of the crop.
_HEADROOM = 0.06
# Of a crop that cuts nothing of the subject, how far it moves from the middle of the picture to
# that of the subject.
_PULL = 0.8
_CENTRE_WEIGHT = 0.45


@dataclass(frozen=True, slots=True)
class Spot:
    """A part that stands out: its left, top, right and bottom, and how much light it has."""

    box: tuple[int, int, int, int]
    weight: int


def choose_crop(picture: Image.Image, size: tuple[int, int]) -> tuple[int, int]:
    """Return left and top of the part of `picture`, as large as `size`, that keeps the subject."""
    spare_x, spare_y = picture.width - size[0], picture.height - size[1]
    if spare_x <= 0 and spare_y <= 0:
        return 0, 0
    found = compute_saliency(picture)
    is_wide = spare_x * picture.height >= spare_y * picture.width
    length, window = (picture.width, size[0]) if is_wide else (picture.height, size[1])
    start = _find_window(found, window / length, is_wide=is_wide)
    offset = min(max(0, round(start * length)), length - window)
    return (offset, max(0, spare_y) // 2) if is_wide else (max(0, spare_x) // 2, offset)


def _find_window(found: Image.Image, share: float, *, is_wide: bool) -> float:
    """Return where a window of `share` of the whole begins, as a share of the whole."""
    spots = find_spots(found)
    if not spots:
        return (1 - share) / 2
    begin, end = _find_extent(spots[0], found.size, is_wide=is_wide)
    if end - begin > share:
        if is_wide:
            return _find_heaviest(_compute_profile(found, is_wide=True), share)
        return _limit(begin - _HEADROOM * share, 0, 1 - share)
    for spot in spots[1:]:
        other = _find_extent(spot, found.size, is_wide=is_wide)
        both = min(begin, other[0]), max(end, other[1])
        if spot.weight >= _MIN_WEIGHT * spots[0].weight and both[1] - both[0] <= share:
            begin, end = both
    middle = 0.5 + _PULL * ((begin + end) / 2 - 0.5)
    # Not so far that the subject is cut.
    return _limit(_limit(middle - share / 2, end - share, begin), 0, 1 - share)


def _find_extent(spot: Spot, size: tuple[int, int], *, is_wide: bool) -> tuple[float, float]:
    left, top, right, bottom = spot.box
    return (left / size[0], right / size[0]) if is_wide else (top / size[1], bottom / size[1])


def _find_heaviest(profile: Sequence[float], share: float) -> float:
    count = len(profile)
    window = max(1, round(share * count))
    sums = [sum(profile[start : start + window]) for start in range(count - window + 1)]
    best = max(sums)
    heavy = [start for start, value in enumerate(sums) if value >= 0.995 * best]
    # Of windows that are as good as each other, the one nearest the middle.
    return min(heavy, key=lambda start: abs(start + window / 2 - count / 2)) / count


def find_spots(found: Image.Image) -> list[Spot]:
    """Return the connected light parts of a grey picture, the heaviest first."""
    width, height = found.size
    light = bytearray(found.tobytes())
    spots = []
    for start in sorted(range(len(light)), key=light.__getitem__, reverse=True):
        # Those of spots that were taken are dark by now.
        if light[start] >= _MIN_LIGHT:
            spots.append(_take_spot(light, width, height, start))
    return sorted(spots, key=lambda spot: spot.weight, reverse=True)


def _take_spot(light: bytearray, width: int, height: int, start: int) -> Spot:
    """Return the spot around `start`, and darken it in `light`."""
    least = max(_MIN_LIGHT // 2, int(light[start] * _SPREAD))
    left, top, right, bottom, weight = width, height, 0, 0, 0
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if light[place] < least:
            continue
        weight += light[place]
        light[place] = 0
        y, x = divmod(place, width)
        left, top, right, bottom = min(left, x), min(top, y), max(right, x), max(bottom, y)
        waiting += [place - 1] if x else []
        waiting += [place + 1] if x < width - 1 else []
        waiting += [place - width] if y else []
        waiting += [place + width] if y < height - 1 else []
    return Spot((left, top, right + 1, bottom + 1), weight)


def _compute_profile(found: Image.Image, *, is_wide: bool) -> list[float]:
    size = (found.width, 1) if is_wide else (1, found.height)
    return [float(value) for value in found.resize(size, Image.Resampling.BOX).tobytes()]


def compute_saliency(picture: Image.Image) -> Image.Image:
    """Return a small grey picture that is light where something stands out."""
    small, alpha = _shrink(picture)
    by_rows = _measure_distance(small, _build_background(small))
    edges = small.convert("L").filter(ImageFilter.FIND_EDGES)
    edges = _erase_frame(edges).filter(ImageFilter.GaussianBlur(2))
    found = ImageChops.add(by_rows, _scale_light(edges).point(lambda value: value // 2))
    found = ImageChops.multiply(
        found.filter(ImageFilter.GaussianBlur(1)), _build_centre(small.size)
    )
    if alpha is not None:
        found = ImageChops.multiply(ImageChops.add(found, alpha.point(lambda v: v // 3)), alpha)
    return _scale_light(found)


def _shrink(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    scale = min(1.0, _MAP_SIDE / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    if small.mode != "RGBA":
        return small.convert("RGB"), None
    alpha = small.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return small.convert("RGB"), None
    grey = Image.new("RGB", size, (128, 128, 128))
    grey.paste(small, mask=alpha)
    return grey, alpha


def _build_background(small: Image.Image) -> Image.Image:
    """Return what the picture would be without a subject: each row from its left to its right end.

    So a sky over a meadow is background, and what stands before both is not.
    """
    width, height = small.size
    edge = max(1, width // 32)
    left = small.crop((0, 0, edge, height)).resize((1, height), Image.Resampling.BOX)
    right = small.crop((width - edge, 0, width, height)).resize((1, height), Image.Resampling.BOX)
    ends = Image.new("RGB", (2, height))
    ends.paste(left, (0, 0))
    ends.paste(right, (1, 0))
    return ends.resize((width, height), Image.Resampling.BILINEAR)


def _measure_distance(one: Image.Image, other: Image.Image) -> Image.Image:
    red, green, blue = ImageChops.difference(one, other).split()
    return _scale_light(ImageChops.lighter(ImageChops.lighter(red, green), blue))


def _scale_light(grey: Image.Image) -> Image.Image:
    """Return the picture with its lightest parts white; one that is nearly even stays dark."""
    highest = max(32.0, ImageStat.Stat(grey).mean[0] * 4, grey.getextrema()[1] * 0.6)  # type: ignore[operator]
    return grey.point(lambda value: min(255, int(value * 255 / highest)))


def _erase_frame(edges: Image.Image) -> Image.Image:
    """The filter finds an edge at the end of the picture, where there is none."""
    inner = Image.new("L", edges.size, 0)
    if min(edges.size) > 4:
        inner.paste(edges.crop((2, 2, edges.width - 2, edges.height - 2)), (2, 2))
    return inner


def _build_centre(size: tuple[int, int]) -> Image.Image:
    """Return a picture that is white in the middle and grey at its ends."""
    gradient = Image.radial_gradient("L").point(lambda value: 255 - int(value * _CENTRE_WEIGHT))
    return gradient.resize(size, Image.Resampling.BILINEAR)


def _limit(value: float, lowest: float, highest: float) -> float:
    return max(lowest, min(value, highest))
