"""Answers a kind of chart that would mislead with a better one, and the reason. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.charts import messages
from bot.charts.result import ChartData, Value
from bot.charts.spec import ChartSpec
from bot.domain.messages import Message

MAX_PIE_PARTS, _MAX_PIE_TIMES = 12, 6
_ADDITIVE = ("sum", "count")


def choose_kind(data: ChartData, spec: ChartSpec) -> tuple[ChartData, Message | None]:
    """Return the chart in a kind that fits its numbers, and why it is another one than wanted."""
    is_additive = all(measure.aggregate in _ADDITIVE for measure in spec.y)
    kind, reason = _choose(data, is_additive=is_additive)
    return (data if kind == data.kind else replace(data, kind=kind)), reason


def _choose(data: ChartData, *, is_additive: bool) -> tuple[str, Message | None]:
    values = [value for one in data.series for value in one.values if value is not None]
    is_several, kind = len(data.panels[0].series) > 1, data.kind
    reason: Message | None = None
    if kind == "pie":
        reason = _refuse_pie(data, values, is_several=is_several, is_additive=is_additive)
        kind = "pie" if reason is None else _find_bar_kind(data)
    elif kind in ("line", "area"):
        kind, reason = _choose_line(data, values, is_several=is_several)
    elif kind in ("stacked", "bar") and is_several:
        kind, reason = _choose_stack(kind, values, is_additive=is_additive)
    elif kind in ("stacked", "grouped"):
        kind = _find_bar_kind(data)
    elif kind == "heatmap" and not is_several:
        kind, reason = "bar", messages.HEATMAP_FLAT
    return kind, reason


def _refuse_pie(
    data: ChartData, values: Sequence[Value], *, is_several: bool, is_additive: bool
) -> Message | None:
    numbers, count = [value for value in values if value is not None], len(data.categories)
    faults = (
        (is_several, messages.PIE_SERIES),
        (not is_additive, messages.PIE_NO_PARTS),
        (any(number < 0 for number in numbers), messages.PIE_NEGATIVE),
        (not any(numbers), messages.PIE_ZERO),
        (count == 1, messages.PIE_SINGLE),
        # Times between the parts have no number, and are no parts.
        (len(numbers) > MAX_PIE_PARTS, Message(messages.PIE_MANY, count=len(numbers))),
        (data.x_kind == "date" and count > _MAX_PIE_TIMES, messages.PIE_TIME),
    )
    return next((reason for is_one, reason in faults if is_one), None)


def _choose_line(
    data: ChartData, values: Sequence[Value], *, is_several: bool
) -> tuple[str, Message | None]:
    if data.x_kind == "text":
        return _find_bar_kind(data), messages.LINE_UNORDERED
    if len(data.categories) < 2:
        return _find_bar_kind(data), messages.LINE_SINGLE
    is_negative = any(value is not None and value < 0 for value in values)
    if data.kind == "area" and is_several and is_negative:
        return "line", messages.AREA_NEGATIVE
    return data.kind, None


def _choose_stack(
    kind: str, values: Sequence[Value], *, is_additive: bool
) -> tuple[str, Message | None]:
    if kind == "bar":
        return "grouped", None
    if not is_additive:
        return "grouped", messages.STACK_MEANS
    if any(value is not None and value < 0 for value in values):
        return "grouped", messages.STACK_NEGATIVE
    return "stacked", None


def _find_bar_kind(data: ChartData) -> str:
    return "grouped" if len(data.panels[0].series) > 1 else "bar"
