"""Draws a line through points: by least squares, or a moving average. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.charts.result import Value


def compute_trend(
    kind: str, xs: Sequence[float], values: Sequence[Value], window: int
) -> tuple[float | None, ...]:
    """Return the trend at each of `xs`; nothing where it cannot be computed."""
    try:
        if kind == "moving_average":
            found = compute_moving_average(values, window)
        else:
            found = compute_linear_trend(xs, values)
    except ArithmeticError:
        return ()
    return found if all(one is None or math.isfinite(one) for one in found) else ()


def compute_linear_trend(xs: Sequence[float], values: Sequence[Value]) -> tuple[float | None, ...]:
    """Return the line of least squares through the points that there are, at each of `xs`."""
    points = [(x, float(value)) for x, value in zip(xs, values, strict=True) if value is not None]
    if len(points) < 2:
        return ()
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if not spread:
        return ()
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return tuple(mean_y + slope * (x - mean_x) for x in xs)


def compute_moving_average(values: Sequence[Value], window: int) -> tuple[float | None, ...]:
    """Return the mean of each value and those before it, `window` in all; None at the beginning."""
    means: list[float | None] = []
    for end in range(1, len(values) + 1):
        part = [float(value) for value in values[max(0, end - window) : end] if value is not None]
        means.append(sum(part) / len(part) if end >= window and part else None)
    return tuple(means)
