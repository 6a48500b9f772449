"""Finds the pixels that a pen has left on a picture: by an original, or by their colour alone.

Runs in a sandbox process. Pictures are arrays of rows, columns and three channels from 0 to 255.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.files.masking.bits import Bits, crop, grow, label, measure_thickness, shrink

Pixels = NDArray[np.int16]

# How far a pixel has to be from all of the original around it, at the least and within a stroke.
_SURE, _LIKELY = 40, 20
_MAX_CHANGED, _MAX_STROKES = 0.65, 0.18
# Thicker than this share of the picture is no pen's stroke: it is a brush's if it is one colour.
_MAX_PEN = 0.06
_MIN_VIVID, _MAX_MISFIT, _MIN_REFINED, _MAX_COVERED = 60.0, 26.0, 35.0, 16.0
_MAX_COVER = 0.3
# Colours of the pen: how strong they are, how near to the pen's own a pixel is.
_MIN_CHROMA, _PALE_CHROMA = 90, 55
_NEAR, _AROUND, _NEAR_HUE, _MAX_SUM = 60, 120, 24.0, 1.7
_TIGHT, _MIN_TIGHT, _MAX_TIGHT = 20, 0.2, 0.85
_BINS, _HUE_BINS = 16, 36
_MAX_INKS, _MIN_INK, _MAX_INK = 6, 0.0004, 0.4


@dataclass(frozen=True, slots=True)
class Ink:
    """Pixels of one colour that may be a pen's; `is_pale`: found by the hue alone, as a brush's."""

    bits: Bits
    colour: tuple[int, int, int]
    is_pale: bool


def find_changed(base: Pixels, marked: Pixels) -> Bits | None:
    """Return the pixels that were drawn on `base`; None if `marked` is another picture.

    Compression, and a shift by a pixel, change nothing: a pixel counts only if it is unlike all
    around its place.
    """
    distance = np.maximum(
        measure_away(base, marked),
        measure_away(_compute_contrasts(base), _compute_contrasts(marked)) // 2,
    )
    if (distance >= _SURE).mean() > _MAX_CHANGED:
        return None
    changed = keep_touching(distance >= _LIKELY, distance >= _SURE)
    changed = drop_specks(changed)
    share = changed.mean()
    if not share or share > _MAX_CHANGED:
        return None
    side = max(changed.shape)
    blots = _open(changed, max(1, int(_MAX_PEN * side / 2)))
    blots = keep_touching(changed, blots) if blots.any() else blots
    if blots.any() and not (is_painted(base, marked, blots) or _is_covered(marked, blots)):
        return None
    if (changed & ~blots).mean() > _MAX_STROKES:
        return None
    return _sharpen_edges(base, marked, changed)


def _sharpen_edges(base: Pixels, marked: Pixels, changed: Bits) -> Bits:
    """Return the strokes with their edges where half of the pen's colour is.

    Compression spreads colour over its edges, and hides it where the original has fine lines. Of a
    pen without a colour of its own the strokes stay as they are.
    """
    core = shrink(changed, 1)
    usual = np.median(marked[core if core.any() else changed], axis=0)
    hue = usual - usual.mean()
    gain = (marked.astype(np.float32) - base) @ (hue / max(1.0, float(np.linalg.norm(hue))))
    typical = float(np.median(gain[core])) if core.any() else 0.0
    if np.linalg.norm(hue) < _MIN_REFINED or typical < _MIN_REFINED:
        return changed
    return drop_specks(((gain >= typical / 2) & grow(changed, 3)) | core)


def measure_away(base: Pixels, marked: Pixels) -> Pixels:
    """Return how far each pixel is from all of the original around its place."""
    low, high = _find_extremes(base, np.minimum), _find_extremes(base, np.maximum)
    return find_greatest(np.maximum(np.maximum(low - marked, marked - high), 0))


def _compute_contrasts(pixels: Pixels) -> Pixels:
    """Return red against green, green against blue and blue against red.

    A red pen is between black words and white paper in each channel, and unlike both in these.
    """
    return pixels - np.roll(pixels, -1, axis=2)


def _is_covered(marked: Pixels, bits: Bits) -> bool:
    """Whether the pixels are of one colour: whatever was there is hidden."""
    if bits.mean() > _MAX_COVER:
        return False
    core = shrink(bits, 2)
    covered = marked[core if core.any() else bits]
    away = np.abs(covered - np.median(covered, axis=0)).max(axis=1)
    return bool(np.percentile(away, 95) <= _MAX_COVERED)


def _find_extremes(pixels: Pixels, choose: np.ufunc) -> Pixels:
    """Return for each pixel the least or the greatest of the nine around it."""
    edged = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = choose(choose(edged[:-2], edged[1:-1]), edged[2:])
    spread: Pixels = choose(choose(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return spread


def _open(bits: Bits, radius: int) -> Bits:
    return grow(shrink(bits, radius), radius)


def is_painted(base: Pixels, marked: Pixels, bits: Bits) -> bool:
    """Whether one vivid colour lies over the pixels, whole or half transparent.

    Then each channel is the same share of the original, plus a constant.
    """
    core = shrink(bits, 2)  # at its edge, a stroke is half of what it lies on
    core = core if core.any() else bits
    before, after = base[core].astype(float), marked[core].astype(float)
    centred = before - before.mean(axis=0)
    spread = float((centred**2).sum())
    kept = float((centred * (after - after.mean(axis=0))).sum()) / spread if spread > 1 else 0.0
    kept = min(max(kept, 0.0), 0.85)
    added = (after - kept * before).mean(axis=0)
    misfit = np.median(np.abs(after - kept * before - added))
    return bool(misfit <= _MAX_MISFIT and np.ptp(added) / (1 - kept) >= _MIN_VIVID)


def keep_touching(bits: Bits, seeds: Bits) -> Bits:
    """Return those pieces of a set that hold any of `seeds`."""
    pieces = label(bits)
    numbers = np.bincount(pieces.labels[seeds & bits], minlength=len(pieces.sizes)) > 0
    numbers[0] = False
    return pieces.select(numbers)


def drop_specks(bits: Bits) -> Bits:
    """Return a set without its smallest pieces, which no hand has drawn."""
    pieces = label(bits)
    least = max(8, 0.00003 * bits.size)
    return pieces.select((pieces.sizes >= least) & (np.arange(len(pieces.sizes)) > 0))


def find_greatest(pixels: Pixels) -> Pixels:
    """Return the greatest channel of each pixel."""
    # Three times as fast as `max` over so short an axis.
    greatest: Pixels = np.maximum(np.maximum(pixels[..., 0], pixels[..., 1]), pixels[..., 2])
    return greatest


def measure_strength(pixels: Pixels) -> Pixels:
    """Return how vivid each pixel is: 0 for grey, 255 for a pure colour."""
    least = np.minimum(np.minimum(pixels[:, :, 0], pixels[:, :, 1]), pixels[:, :, 2])
    strength: Pixels = find_greatest(pixels) - least
    return strength


def find_inks(pixels: Pixels) -> Iterator[Ink]:
    """Yield the vivid colours of a picture that are rare in it, each with its pixels."""
    strength = measure_strength(pixels)
    yield from _find_solid_inks(pixels, strength)
    yield from _find_pale_inks(pixels, strength)


def _find_solid_inks(pixels: Pixels, strength: Pixels) -> Iterator[Ink]:
    vivid = strength >= _MIN_CHROMA
    step = 256 // _BINS
    codes = (pixels[vivid] // step).astype(np.int64) @ np.array([_BINS * _BINS, _BINS, 1])
    counts = np.bincount(codes, minlength=_BINS**3)
    limits = _MIN_INK * vivid.size / 8, _MAX_INK * vivid.size
    taken = list[NDArray[np.float64]]()
    for code in np.argsort(counts)[::-1][:200]:
        if counts[code] < limits[0] or len(taken) >= _MAX_INKS:
            return
        middle = np.array([code // _BINS**2, code // _BINS % _BINS, code % _BINS]) * step + step / 2
        if any(_is_near(np.abs(middle - other), _NEAR) for other in taken):
            continue
        taken.append(middle)
        near, around = (_measure_nearness(pixels, middle, most) for most in (_NEAR, _AROUND))
        near &= strength >= _PALE_CHROMA
        exact = np.median(pixels[vivid][codes == code], axis=0)
        tight = near & _measure_nearness(pixels, exact, _TIGHT)
        # A pen next to things of nearly its colour, in a picture that is not compressed.
        is_apart = _MIN_TIGHT * near.sum() <= tight.sum() <= _MAX_TIGHT * near.sum()
        for bits in (near, tight) if is_apart else (near,):
            whole = bits | (grow(bits, 1) & around & (strength >= _PALE_CHROMA))
            whole = whole if bits is near else bits | (grow(bits, 1) & near)
            if limits[0] <= whole.sum() <= limits[1]:
                red, green, blue = (int(value) for value in middle)
                yield Ink(whole, (red, green, blue), is_pale=False)


def _is_near(away: NDArray[np.float64], most: int) -> bool:
    return bool(away.max() <= most and away.sum() <= _MAX_SUM * most)


def _measure_nearness(pixels: Pixels, colour: NDArray[np.float64], most: int) -> Bits:
    away = np.abs(pixels - colour.astype(np.int16))
    total = away[:, :, 0] + away[:, :, 1] + away[:, :, 2]
    near: Bits = (find_greatest(away) <= most) & (total <= _MAX_SUM * most)
    return near


def _find_pale_inks(pixels: Pixels, strength: Pixels) -> Iterator[Ink]:
    hues = compute_hues(pixels, strength)
    vivid = strength >= _PALE_CHROMA
    counts = np.bincount((hues[vivid] // (360 // _HUE_BINS)).astype(int), minlength=_HUE_BINS)
    counts = counts + np.roll(counts, 1) + np.roll(counts, -1)
    taken = list[int]()
    for number in np.argsort(counts)[::-1]:
        if counts[number] < _MIN_INK * vivid.size or len(taken) >= _MAX_INKS:
            return
        if any(min(abs(number - one), _HUE_BINS - abs(number - one)) < 4 for one in taken):
            continue
        taken.append(int(number))
        hue = (number + 0.5) * 360 / _HUE_BINS
        away = np.abs((hues - hue + 180) % 360 - 180)
        bits = drop_specks(vivid & (away <= _NEAR_HUE))
        if _MIN_INK <= bits.mean() <= _MAX_INK:
            red, green, blue = (int(value) for value in np.median(pixels[bits], axis=0))
            yield Ink(bits, (red, green, blue), is_pale=True)


def compute_hues(pixels: Pixels, strength: Pixels) -> NDArray[np.float32]:
    """Return the hue of each pixel in degrees; of grey it means nothing."""
    red, green, blue = (pixels[..., channel].astype(np.float32) for channel in range(3))
    most, span = find_greatest(pixels), np.maximum(strength, 1).astype(np.float32)
    hues = np.where(
        most == red,
        (green - blue) / span % 6,
        np.where(most == green, (blue - red) / span + 2, (red - green) / span + 4),
    )
    degrees: NDArray[np.float32] = (hues * 60).astype(np.float32)
    return degrees


def is_thick(bits: Bits) -> bool:
    """Whether strokes are thicker than a pen's."""
    return bool(measure_thickness(crop(bits)) > _MAX_PEN * max(bits.shape))
