"""Computes the charts that show single values: histograms, boxes and scattered points. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from bot.charts import messages
from bot.charts.computing.accumulators import EXACT, compute_quantile
from bot.charts.computing.grouping import (
    Groups,
    Plan,
    build_key_reader,
    read_names,
    take_kept,
)
from bot.charts.reading.numbers import format_exactly
from bot.charts.reading.table import Row, take_cells
from bot.charts.result import MAX_POINTS, MAX_SERIES, Panel, Series
from bot.domain.messages import Message

_BINS, _MAX_BINS, MAX_BOXES = 12, 60, 40
_STEPS = tuple(Decimal(step) for step in ("1", "2", "2.5", "5", "10"))
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the clock's time there
BOX_PARTS = ("min", "q1", "median", "q3", "max")


def collect_numbers(
    rows: Iterable[Row], plan: Plan, empty_label: str
) -> tuple[dict[str, list[Decimal]], Groups]:
    """Return the numbers of the first measure by the x column's names, in order, and the counts."""
    source = plan.measures[0][1]
    found, groups = dict[str, list[Decimal]](), Groups()
    if source is None:
        return found, groups
    for kept in take_kept(rows, plan, groups):
        cells = take_cells(kept, source.place)
        names = read_names(kept, plan.x, empty_label)
        numbers = source.column.parse_numbers(cells)
        for name, cell, number in zip(names, cells, numbers, strict=True):
            if number is None:
                groups.note_missing(source.column, cell)
            elif name in found:
                found[name].append(number)
            else:
                found[name] = [number]
    return found, groups


def build_histogram(numbers: list[Decimal]) -> tuple[tuple[str, ...], Panel]:
    """Return ranges of equal, round width and how many numbers each holds; the last one's end
    belongs to it."""
    low, high = min(numbers), max(numbers)
    step = _choose_step(EXACT.subtract(high, low))
    first = EXACT.multiply(_count_steps(low, step), step)
    count = min(int(_count_steps(EXACT.subtract(high, first), step)) + 1, _MAX_BINS)
    if count > 1 and EXACT.add(first, EXACT.multiply(step, Decimal(count - 1))) == high:
        count -= 1
    edges = [EXACT.add(first, EXACT.multiply(step, Decimal(place))) for place in range(count + 1)]
    counts = [0] * count
    for number in numbers:
        counts[min(bisect_right(edges, number) - 1, count - 1)] += 1
    names = [f"{format_exactly(a)} – {format_exactly(b)}" for a, b in pairwise(edges)]
    return tuple(names), Panel((Series("", tuple(Decimal(one) for one in counts)),))


def _choose_step(span: Decimal) -> Decimal:
    if not span:
        return Decimal(1)
    rough = span / _BINS
    power = Decimal(1).scaleb(rough.adjusted())
    return next(step * power for step in _STEPS if step * power >= rough)


def _count_steps(number: Decimal, step: Decimal) -> Decimal:
    """Return how many whole steps there are in a number."""
    return EXACT.divide(EXACT.subtract(number, _compute_remainder(number, step)), step)


def _compute_remainder(number: Decimal, step: Decimal) -> Decimal:
    rest = EXACT.remainder(number, step)
    return EXACT.add(rest, step) if rest < 0 else rest


def build_boxes(numbers: dict[str, list[Decimal]]) -> tuple[tuple[str, ...], Panel, int]:
    """Return five numbers for each name, of the names with the most; and how many there are."""
    largest = sorted(numbers, key=lambda name: len(numbers[name]), reverse=True)[:MAX_BOXES]
    names = [name for name in numbers if name in set(largest)]
    parts: list[list[Decimal]] = [[] for _ in BOX_PARTS]
    for name in names:
        ordered = sorted(numbers[name])
        for place, part in enumerate(parts):
            part.append(compute_quantile(ordered, place, 4))
    series = tuple(Series(name, tuple(part)) for name, part in zip(BOX_PARTS, parts, strict=True))
    return tuple(names), Panel(series), len(numbers)


def collect_points(
    rows: Iterable[Row], plan: Plan, empty_label: str
) -> tuple[dict[str, list[tuple[Decimal, Decimal]]], Groups]:
    """Return the points of a scatter chart by series; times count in days since 1970."""
    read_xs, source = build_key_reader(plan.x, "hour", empty_label), plan.measures[0][1]
    found, groups = dict[str, list[tuple[Decimal, Decimal]]](), Groups()
    if source is None:
        return found, groups
    for kept in take_kept(rows, plan, groups):
        cells = take_cells(kept, source.place)
        names, xs = read_names(kept, plan.series, empty_label), read_xs(kept, groups)
        ys = source.column.parse_numbers(cells)
        for name, cell, x, y in zip(names, cells, xs, ys, strict=True):
            if x is not None and y is not None:
                found.setdefault(name, []).append((_convert_to_number(x), y))
            elif x is not None:
                groups.note_missing(source.column, cell)
    return found, groups


def _convert_to_number(x: object) -> Decimal:
    if isinstance(x, datetime):
        minutes = round((x - _EPOCH).total_seconds() / 60)
        return Decimal(minutes) / Decimal(1440)
    return x if isinstance(x, Decimal) else Decimal(0)


def build_scatter(points: dict[str, list[tuple[Decimal, Decimal]]], notes: list[Message]) -> Panel:
    """Return the series of a scatter chart, with no more points than can be drawn."""
    largest = sorted(points, key=lambda name: len(points[name]), reverse=True)[:MAX_SERIES]
    if len(points) > MAX_SERIES:
        notes.append(Message(messages.MANY_SERIES, count=MAX_SERIES, total=len(points)))
    names = [name for name in points if name in set(largest)]
    total = sum(len(points[name]) for name in names)
    stride = -(-total // MAX_POINTS)
    series = []
    for name in names:
        drawn = points[name][::stride]
        series.append(Series(name, tuple(y for _, y in drawn), xs=tuple(x for x, _ in drawn)))
    if stride > 1:
        count = sum(len(one.values) for one in series)
        notes.append(Message(messages.SAMPLED_POINTS, count=count, total=total))
    return Panel(tuple(series))
