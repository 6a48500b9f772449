"""Makes the chart that Slack draws itself, where the numbers fit its limits exactly. Pure.

Source: docs.slack.dev, "Data visualization block". Its areas lie over each other and its bars stand
side by side, so nothing that is stacked is shown by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.charts.result import ChartData, Value
from bot.domain.answers.chart_fence import NativeChart, write_fence
from bot.domain.safe_text import truncate

MAX_TITLE_CHARS, MAX_LABEL_CHARS, MAX_AXIS_CHARS = 50, 20, 50
MAX_SEGMENTS, MAX_SERIES, MAX_POINTS = 12, 12, 20
_KINDS = {"bar": "bar", "grouped": "bar", "histogram": "bar", "line": "line", "pie": "pie"}


def build_native_chart(data: ChartData) -> NativeChart | None:
    """Return the chart for Slack; None where a picture alone shows it."""
    kind = _KINDS.get(data.kind, "area" if data.kind == "area" and len(data.series) == 1 else "")
    has_more = data.log or data.right_label or len(data.panels) > 1 or data.panels[0].name
    if not kind or has_more or data.has_trend:
        return None
    converted = [[_convert(value) for value in one.values] for one in data.series]
    numbers = [[value for value in line if value is not None] for line in converted]
    names = [one.name or data.y_label or data.title for one in data.series]
    if numbers != converted or not _is_fitting(kind, data.categories, names, numbers):
        return None
    lines = zip(names, numbers, strict=True)
    chart = NativeChart(
        kind,
        truncate(data.title or data.y_label or "…", MAX_TITLE_CHARS),
        data.categories,
        tuple((_shorten(name, names), tuple(line)) for name, line in lines),
        truncate(data.x_label, MAX_AXIS_CHARS),
        truncate(_add_unit(data), MAX_AXIS_CHARS),
    )
    return chart if write_fence(chart) else None


def _is_fitting(
    kind: str,
    labels: Sequence[str],
    names: Sequence[str],
    numbers: Sequence[Sequence[float]],
) -> bool:
    if not 1 <= len(labels) <= (MAX_SEGMENTS if kind == "pie" else MAX_POINTS):
        return False
    if any(not 1 <= len(label) <= MAX_LABEL_CHARS for label in labels) or len(set(labels)) < len(
        labels
    ):
        return False
    if kind == "pie":
        return len(numbers) == 1 and all(value > 0 for value in numbers[0])
    is_short = len(names) == 1 or all(1 <= len(name) <= MAX_LABEL_CHARS for name in names)
    return is_short and 1 <= len(names) <= MAX_SERIES and len(set(names)) == len(names)


def _convert(value: Value) -> float | None:
    """Return a number as JSON writes it with the same digits; None if it has too many."""
    if value is None:
        return None
    number = (
        int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
    )
    return number if Decimal(repr(number)) == value else None


def _shorten(name: str, names: Sequence[str]) -> str:
    return truncate(name, MAX_LABEL_CHARS) if len(names) == 1 else name


def _add_unit(data: ChartData) -> str:
    return f"{data.y_label} ({data.unit})" if data.unit and data.y_label else data.y_label
