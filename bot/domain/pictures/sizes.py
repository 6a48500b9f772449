"""The size that a picture is wanted in, and what has to be done to a picture to get it. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

# A favicon is 16 pixels wide, an A0 poster at 300 dpi 14,043 high, a leaderboard 10.8 times as wide
# as high.
MIN_SIDE, MAX_SIDE = 16, 20_000
# What is larger is asked for and told, and made as large as this.
MAX_MADE_SIDE = 8_192
MAX_RATIO = 12
# Beyond that Lanczos only blurs.
MAX_ENLARGEMENT = 2
# A crop that keeps less of the picture than this is no longer that picture: margins are added.
MIN_KEPT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class PictureSize:
    """Pixels. `dpi` is that of a print, else 0.

    `is_turnable`: no word says whether it stands or lies, so that it lies as a picture does.
    """

    width: int
    height: int
    dpi: int = 0
    is_turnable: bool = field(default=False, compare=False, kw_only=True)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}{f'@{self.dpi}' if self.dpi else ''}"

    @property
    def sides(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def ratio(self) -> float:
        return self.width / self.height

    def turn_like(self, width: int, height: int) -> PictureSize:
        """Return the size as it suits a picture that stands or lies; of a square one, as it is."""
        is_turned = (width - height) * (self.width - self.height) < 0
        if not (self.is_turnable and is_turned):
            return self
        return replace(self, width=self.height, height=self.width)


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How a picture becomes the wanted size.

    It is cropped to `crop` or set on a canvas of `canvas`, each in its own pixels and None where
    that is not needed, and then scaled to `size`, whose sides have at most `MAX_MADE_SIDE`.
    `is_short`: that is less than was wanted.
    """

    crop: tuple[int, int] | None
    canvas: tuple[int, int] | None
    size: PictureSize
    is_short: bool = False


def is_possible_size(width: int, height: int) -> bool:
    """Whether a picture of this size can be asked for."""
    sides = (width, height)
    return (
        min(sides) >= MIN_SIDE and max(sides) <= MAX_SIDE and max(sides) <= MAX_RATIO * min(sides)
    )


def plan_fit(
    width: int,
    height: int,
    wanted: PictureSize,
    *,
    pads: bool | None = None,
    max_scale: float = MAX_ENLARGEMENT,
) -> FitPlan:
    """Plan how a picture of `width` times `height` becomes `wanted`.

    `pads` is whether it gets margins or is cropped, None for what keeps enough of it.
    """
    wanted = wanted.turn_like(width, height)
    crop, canvas = compute_inner_shape(width, height, wanted.ratio), None
    if pads is None:
        pads = crop[0] * crop[1] < MIN_KEPT_SHARE * width * height
    if pads:
        crop, canvas = (width, height), compute_outer_shape(width, height, wanted.ratio)
    base = canvas or crop
    scale = wanted.width / base[0]
    is_short = scale > max_scale or max(wanted.sides) > MAX_MADE_SIDE
    size = wanted
    if is_short:
        scale = min(max_scale, MAX_MADE_SIDE / max(base))
        dpi = round(wanted.dpi * base[0] * scale / wanted.width)
        size = PictureSize(*scale_sides(base, scale), dpi=dpi)
    return FitPlan(
        None if crop == (width, height) else crop,
        None if canvas == (width, height) else canvas,
        size,
        is_short,
    )


def scale_sides(sides: tuple[float, float], scale: float) -> tuple[int, int]:
    """Return sides `scale` times as long, in whole pixels, at least one."""
    return max(1, round(sides[0] * scale)), max(1, round(sides[1] * scale))


def limit_sides(sides: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return sides in the same shape, of which none is longer than `longest`."""
    return scale_sides(sides, min(1.0, longest / max(sides)))


def compute_inner_shape(width: int, height: int, ratio: float) -> tuple[int, int]:
    """Return the largest shape of `ratio` within a picture."""
    if width > height * ratio:
        return max(1, round(height * ratio)), height
    return width, min(height, max(1, round(width / ratio)))


def compute_outer_shape(width: int, height: int, ratio: float) -> tuple[int, int]:
    """Return the smallest shape of `ratio` around a picture."""
    if width < height * ratio:
        return max(width, math.ceil(height * ratio - 0.5)), height
    return width, max(height, math.ceil(width / ratio - 0.5))
