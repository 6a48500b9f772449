"""Tells a line that a person has drawn in black, white or grey from the picture's own lines.

It is surely a person's only where it lies over things that go on at its other side, as no frame
and no comic's outline does, or where a hand has led it over paper and nothing else is drawn so.
Runs in a sandbox process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.files.masking.bits import Bits, crop, fill_hull, pad, shrink
from bot.files.masking.plain.contours import Contour, Values, follow
from bot.files.masking.shapes import Shape
from bot.files.masking.strokes import Pixels

SURE, UNSURE = 0.9, 0.7

# Of the points along a line: where it is there, is as thick as usual, and unlike both its sides.
_MIN_THERE, _MIN_EVEN, _MIN_APART, _APART = 0.75, 0.64, 0.52, 36
_MAX_SPREAD, _MIN_THICKNESS, _MAX_THICKNESS, _MIN_POINTS = 16.0, 2.0, 0.022, 30
# How like two sides are that are alike, and how unlike a ground what stands on it.
_ALIKE, _UNLIKE = 28, 40
# By how much more often than by chance the two sides are alike where a line lies over things.
_MIN_MORE, _MIN_OVER, _SURE_MORE, _OFTEN_TOUCHED = 0.1, 0.3, 0.15, 0.2
# How much of its hull a line encloses: glasses and speech bubbles less.
_ROUND, _BENT = 0.85, 0.7
# On paper of one colour: what a hand draws is no ellipse, and not straight.
_SAME_GROUND, _BY_HAND, _MAX_STRAIGHT, _RULED, _MIN_TOUCHED = 24, (0.012, 0.15), 0.55, 0.75, 0.06
# What else is drawn so, against the line: on the whole picture, and connected with it, within.
_FEW_RIVALS, _FEW_INNER, _MAX_RIVALS, _MAX_INNER, _MIN_ASKED = 0.6, 0.25, 1.5, 0.5, 0.012


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells a person's line from the picture's own.

    Shares of its points: where it is `there`, `even` in thickness, `apart` from both sides, where
    both sides are alike (`goes_on`, and by `chance`), where both hold something (`touched`), and in
    the four most usual directions (`straight`). `spread` is how uneven its colour is and `step` how
    unlike the grounds of its sides are, of 255. `wobble` is how far it is from an ellipse, `convex`
    how much of its hull it encloses, `inner` how much of it lies within, `share` how much of the
    picture it encloses. `length` is its pixels, `rivals` how much else is drawn so, against it.
    """

    there: float = 0.0
    even: float = 0.0
    apart: float = 0.0
    spread: float = 255.0
    thickness: float = 0.0
    goes_on: float = 0.0
    chance: float = 0.0
    step: float = 255.0
    touched: float = 0.0
    straight: float = 0.0
    wobble: float = 0.0
    convex: float = 0.0
    inner: float = 0.0
    share: float = 0.0
    length: int = 1
    rivals: float = 0.0


def measure(pixels: Pixels, shape: Shape) -> Traits:
    """Return the traits of a closed line, but for its rivals."""
    contour = follow(pixels, shape.strokes, shape.area)
    usual, is_there = contour.usual_thickness, contour.thickness > 0
    if is_there.sum() < _MIN_POINTS or usual > _MAX_THICKNESS * max(shape.area.shape):
        return Traits()
    ink = np.median(contour.ink[:, is_there].reshape(-1, 3), axis=0)
    away = np.abs(contour.ink[:, is_there] - ink).max(axis=2).min(axis=0)
    even = np.abs(contour.thickness[is_there] - usual) <= 1.2 + 0.3 * usual
    sides = contour.inside[:, is_there], contour.outside[:, is_there]
    apart = [np.abs(np.median(side, axis=0) - ink).max(axis=1) >= _APART for side in sides]
    goes_on, chance, step, touched = _compare_sides(*sides)
    straight, wobble, convex = _measure_form(contour, shape.area)
    length = int(shape.strokes.sum())
    inner = shape.strokes & shrink(shape.area, round(usual) + 3)
    return Traits(
        there=float(is_there.mean()),
        even=float(even.mean()),
        apart=float((apart[0] & apart[1]).mean()),
        spread=float(np.percentile(away, 80)),
        thickness=usual,
        goes_on=goes_on,
        chance=chance,
        step=step,
        touched=touched,
        straight=straight,
        wobble=wobble,
        convex=convex,
        inner=float(inner.sum()) / length,
        share=float(shape.area.mean()),
        length=length,
    )


def _compare_sides(inside: Values, outside: Values) -> tuple[float, float, float, float]:
    """Return where the sides are alike, the same by chance, their step, where both hold things."""
    one, other = (side.mean(axis=0) for side in (inside, outside))
    grounds = [np.median(side.reshape(-1, 3), axis=0) for side in (inside, outside)]
    step = float(np.abs(grounds[0] - grounds[1]).max())
    near, far = (
        (np.abs(side - ground).max(axis=2) > _UNLIKE).any(axis=0)
        for side, ground in zip((inside, outside), grounds, strict=True)
    )
    mixed = other[np.random.default_rng(1).permutation(len(other))]
    goes_on, chance = (
        float((np.abs(one - side).max(axis=1) <= _ALIKE).mean()) for side in (other, mixed)
    )
    return goes_on, chance, step, float((near & far).mean())


def _measure_form(contour: Contour, area: Bits) -> tuple[float, float, float]:
    """Return how much of a line is straight, how far it is from an ellipse, how convex it is."""
    angles = np.degrees(np.arctan2(contour.normals[:, 0], contour.normals[:, 1])) % 360
    counts = np.bincount((angles / 5).round().astype(int) % 72, minlength=72)
    straight = float(np.sort(counts)[-4:].sum() / max(1, counts.sum()))
    part = pad(crop(area), 1)
    points = np.argwhere(part).astype(np.float64)
    centre = points.mean(axis=0)
    scales = np.linalg.inv(np.cov((points - centre).T) + 1e-6 * np.eye(2))
    rim = np.argwhere(part & ~shrink(part, 1)) - centre
    # An ellipse is at the same distance from its centre all around, by its own axes.
    radii = np.sqrt(np.einsum("ij,jk,ik->i", rim, scales, rim)) / 2
    hull, _ = fill_hull(part)
    return straight, float(radii.std()), float(part.sum() / hull.sum())


def weigh_traits(traits: Traits) -> float:
    """Return how sure a line is to be a person's; 0 for one that is the picture's own."""
    if not _is_line(traits):
        return 0.0
    more = traits.goes_on - traits.chance
    is_often = more >= _MIN_OVER * (1 - traits.chance) or traits.touched >= _OFTEN_TOUCHED
    if more >= _SURE_MORE or (more >= _MIN_MORE and is_often):
        # A table's lines lie over its colours, too.
        is_table = traits.straight >= _RULED and traits.inner > _FEW_INNER
        is_sure = traits.convex >= _ROUND and not is_table
        return SURE if is_sure else UNSURE if traits.convex >= _BENT else 0.0
    if traits.step > _SAME_GROUND or traits.convex < _ROUND:
        return 0.0
    by_hand = is_by_hand(traits)
    is_alone = traits.rivals <= _FEW_RIVALS and traits.inner <= _FEW_INNER
    if is_alone and (by_hand or traits.touched >= _MIN_TOUCHED):
        return SURE
    is_rare = traits.rivals <= _MAX_RIVALS and traits.inner <= _MAX_INNER
    return UNSURE if (is_rare or by_hand) and traits.share >= _MIN_ASKED else 0.0


def is_by_hand(traits: Traits) -> bool:
    """Whether a line wobbles as one by hand, and encloses about what its hull does."""
    return (
        _is_line(traits)
        and _BY_HAND[0] <= traits.wobble <= _BY_HAND[1]
        and traits.straight <= _MAX_STRAIGHT
        and traits.convex >= _ROUND
        and traits.inner <= _FEW_INNER
    )


def _is_line(traits: Traits) -> bool:
    return (
        traits.there >= _MIN_THERE
        and traits.even >= _MIN_EVEN
        and traits.apart >= _MIN_APART
        and traits.spread <= _MAX_SPREAD
        and traits.thickness >= _MIN_THICKNESS
    )
