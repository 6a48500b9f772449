"""Judges from samples whether something grows for ever. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

_SECONDS_PER_HOUR = 3600.0
_QUARTERS = 4
_MIN_SHARE_OF_STEP = 0.1  # a third, where growth is steady
MIN_JUDGED_SECONDS = 600.0  # of the second half; within less, a single step looks like a leak

Sample = tuple[float, float]  # seconds and value


@dataclass(frozen=True, slots=True)
class Trend:
    """How a figure moved in the second half of its samples.

    `per_hour` is the slope of a line through the lows of each minute: what is taken for a moment
    does not count. `lows` are those of the four quarters.
    """

    per_hour: float
    lows: tuple[float, ...]
    seconds: float

    def is_growth(self, limit_per_hour: float) -> bool:
        """Whether it grows for ever: faster than the limit, and in every quarter by its share.

        A single step is no leak: memory that a burst has taken once is not given back.
        """
        if self.seconds < MIN_JUDGED_SECONDS or self.per_hour <= limit_per_hour:
            return False
        steps = [later - earlier for earlier, later in itertools.pairwise(self.lows)]
        return min(steps) > 0 and min(steps) >= sum(steps) * _MIN_SHARE_OF_STEP


def fit_trend(samples: Sequence[Sample]) -> Trend:
    """Fit the second half of `samples`, which are in the order of time."""
    if len(samples) < 2 * _QUARTERS:
        return Trend(0.0, (), 0.0)
    half = samples[len(samples) // 2 :]
    seconds = half[-1][0] - half[0][0]
    size = len(half) / _QUARTERS
    quarters = [half[int(size * n) : int(size * (n + 1))] for n in range(_QUARTERS)]
    lows = tuple(min(value for _, value in quarter) for quarter in quarters)
    return Trend(_fit_slope(_select_lows(half)) * _SECONDS_PER_HOUR, lows, seconds)


def _select_lows(samples: Sequence[Sample]) -> list[Sample]:
    """Return the lowest sample of each minute."""
    minutes = itertools.groupby(samples, key=lambda sample: int(sample[0] // 60))
    return [min(minute, key=lambda sample: sample[1]) for _, minute in minutes]


def _fit_slope(samples: Sequence[Sample]) -> float:
    """Return the slope of the least squares' line, 0 for less than two samples."""
    count = len(samples)
    middle = sum(at for at, _ in samples) / count
    mean = sum(value for _, value in samples) / count
    spread = sum((at - middle) ** 2 for at, _ in samples)
    if not spread:
        return 0.0
    return sum((at - middle) * (value - mean) for at, value in samples) / spread
