"""Chooses which part of a picture a crop keeps: where it differs from what surrounds it.

Synchronous; runs in a sandbox process. A rule for a crop of one side only, which is all that a
change of shape needs. What stands out is found by `saliency_map.py`; what may be a face counts four
times. A subject that is taller than the crop keeps its upper end, where heads are, unless another
part of it stands out far more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageStat

from bot.files.editing.saliency_map import compute_saliency, shrink

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
# Skin of all people has nearly the same hue: its bounds in YCbCr are near those of
# Chai and Ngan, 1999.
_SKIN_CB, _SKIN_CR = (77, 127), (136, 173)
# The share of a picture that a face takes, how long it is, and how much of its box it fills.
_FACE_SHARE, _FACE_RATIO, _FACE_FILL = (0.004, 0.2), 1.6, 0.45
# Of more than this, in sand or wood or evening light, nothing is told by its hue.
_MAX_SKIN = 0.2
# Hair over what is skin, as a share of that.
_HAIR = 0.4
# A spot that reaches so far is no subject with a head.
_EVERYWHERE = 0.95
# An upper end that stands out so much less than another part is no head: leaves over a flower.
_HEAD_SHARE = 0.5
_FACE_WEIGHT, _FACE_LIGHT = 4, 128
# What is so much wider than high is likely a line of text.
_TEXT_RATIO, _TEXT_WEIGHT = 4, 1.5


@dataclass(frozen=True, slots=True)
class Spot:
    """A part that stands out: its left, top, right and bottom, and how much it does."""

    box: tuple[int, int, int, int]
    weight: int


def choose_crop(picture: Image.Image, size: tuple[int, int]) -> tuple[int, int]:
    """Return left and top of the part of `picture`, as large as `size`, that keeps the subject."""
    spare_x, spare_y = picture.width - size[0], picture.height - size[1]
    if spare_x <= 0 and spare_y <= 0:
        return 0, 0
    small, alpha = shrink(picture)
    found = compute_saliency(small, alpha)
    faces = find_faces(small, found)
    is_wide = spare_x * picture.height >= spare_y * picture.width
    length, window = (picture.width, size[0]) if is_wide else (picture.height, size[1])
    start = _find_window(found, faces, window / length, is_wide=is_wide)
    offset = min(max(0, round(start * length)), length - window)
    return (offset, max(0, spare_y) // 2) if is_wide else (max(0, spare_x) // 2, offset)


def _find_window(
    found: Image.Image, faces: Sequence[Spot], share: float, *, is_wide: bool
) -> float:
    """Return where a window of `share` of the whole begins, as a share of the whole."""
    lit = _add_light(found, faces)
    spots = [_weigh(spot, faces) for spot in find_spots(lit)]
    if not spots:
        return (1 - share) / 2
    spots.sort(key=lambda spot: spot.weight, reverse=True)
    begin, end = _find_extent(spots[0], found.size, is_wide=is_wide)
    own_faces = [face for face in faces if _is_within(face, spots[0])]
    if end - begin > share and own_faces:
        # Of people who are too large for the crop, their faces.
        extents = [_find_extent(face, found.size, is_wide=is_wide) for face in own_faces]
        first, last = min(one for one, _ in extents), max(other for _, other in extents)
        hair = 0.0 if is_wide else _HAIR * max(other - one for one, other in extents)
        if last - first <= share:
            begin, end = max(0.0, begin, first - min(hair, share - (last - first))), last
    if end - begin > share:
        profile = _compute_profile(lit, is_wide=is_wide)
        upper = _limit(begin - _HEADROOM * share, 0, 1 - share)
        heaviest = _find_heaviest(profile, share)
        is_head = _sum(profile, upper, share) >= _HEAD_SHARE * _sum(profile, heaviest, share)
        return upper if is_head and not is_wide and end - begin <= _EVERYWHERE else heaviest
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


def _sum(profile: Sequence[float], start: float, share: float) -> float:
    first = round(start * len(profile))
    return sum(profile[first : first + max(1, round(share * len(profile)))])


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
        # A little light everywhere is no subject.
        weight += light[place] ** 3 >> 16
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


def find_faces(small: Image.Image, found: Image.Image) -> list[Spot]:
    """Return what may be faces in a small picture: spots with the hue of skin, long or round, that
    stand out in `found`."""
    _, cb, cr = small.convert("YCbCr").split()
    skin = ImageChops.multiply(_select(cb, *_SKIN_CB), _select(cr, *_SKIN_CR))
    if ImageStat.Stat(skin).mean[0] > 255 * _MAX_SKIN:
        return []
    pixels = small.width * small.height
    spots = [spot for spot in find_spots(skin) if _may_be_face(spot, pixels)]
    return [spot for spot in spots if ImageStat.Stat(found.crop(spot.box)).mean[0] >= _FACE_LIGHT]


def _select(channel: Image.Image, lowest: int, highest: int) -> Image.Image:
    return channel.point(lambda value: 255 if lowest <= value <= highest else 0)


def _may_be_face(spot: Spot, pixels: int) -> bool:
    left, top, right, bottom = spot.box
    width, height, area = right - left, bottom - top, spot.weight / 255
    return (
        _FACE_SHARE[0] * pixels <= area <= _FACE_SHARE[1] * pixels
        and max(width, height) <= _FACE_RATIO * min(width, height)
        and area >= _FACE_FILL * width * height
    )


def _add_light(found: Image.Image, faces: Sequence[Spot]) -> Image.Image:
    """Return `found` with what may be faces lit."""
    lit = found.copy()
    for face in faces:
        lit.paste(found.crop(face.box).point(lambda value: min(255, 2 * value)), face.box[:2])
    return lit


def _weigh(spot: Spot, faces: Sequence[Spot]) -> Spot:
    """Return a spot with the weight that people give to it: more to faces, and to text."""
    if any(_is_within(face, spot) for face in faces):
        return Spot(spot.box, spot.weight * _FACE_WEIGHT)
    left, top, right, bottom = spot.box
    is_text = right - left >= _TEXT_RATIO * (bottom - top)
    return Spot(spot.box, int(spot.weight * _TEXT_WEIGHT)) if is_text else spot


def _is_within(face: Spot, spot: Spot) -> bool:
    """Whether the middle of a face is in the box of a spot."""
    x, y = (face.box[0] + face.box[2]) / 2, (face.box[1] + face.box[3]) / 2
    left, top, right, bottom = spot.box
    return left <= x <= right and top <= y <= bottom


def _limit(value: float, lowest: float, highest: float) -> float:
    return max(lowest, min(value, highest))
