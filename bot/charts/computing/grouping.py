"""Goes through the rows of a table once, and adds up the values of each point of a chart. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from bot.charts.computing.accumulators import Accumulator
from bot.charts.computing.filters import Keep
from bot.charts.reading.columns import Column, is_empty
from bot.charts.reading.dates import Precision, find_bucket_start
from bot.charts.reading.table import Row
from bot.charts.spec import Measure

Key: TypeAlias = str | Decimal | datetime
GroupKey: TypeAlias = tuple[str, str, Key]
_MAX_KNOWN, MAX_GROUPS = 50_000, 200_000


class TooManyGroups(ValueError):
    """There are more points than any chart shows."""


@dataclass(slots=True)
class Source:
    """Where in a row a column is, and what it holds."""

    place: int
    column: Column


@dataclass(slots=True)
class Plan:
    """What of each row is used. Without `x` all rows are one point."""

    x: Source | None
    bucket: Precision | None
    series: Source | None
    facet: Source | None
    measures: Sequence[tuple[Measure, Source | None]]
    keeps: Sequence[Keep] = ()


@dataclass(slots=True)
class Groups:
    """The points of a chart by facet, series and place; `kept` of `rows` fulfil the conditions.

    `empty` and `odd` count the cells left out of each column.
    """

    points: dict[GroupKey, list[Accumulator]] = field(default_factory=dict)
    rows: int = 0
    kept: int = 0
    empty: dict[str, int] = field(default_factory=dict)
    odd: dict[str, int] = field(default_factory=dict)

    def note_missing(self, column: Column, cell: str) -> None:
        """Count a cell that is left out."""
        counts = self.empty if is_empty(cell) else self.odd
        counts[column.name] = counts.get(column.name, 0) + 1


def add_up_rows(rows: Iterable[Row], plan: Plan, empty_label: str) -> Groups:
    """Add up the values of each point. Raises `TooManyGroups`."""
    groups, read_x = Groups(), build_key_reader(plan.x, plan.bucket, empty_label)
    for row in rows:
        groups.rows += 1
        if not all(keep(row) for keep in plan.keeps):
            continue
        groups.kept += 1
        x = read_x(row)
        if x is None:
            if plan.x is not None:
                groups.note_missing(plan.x.column, get_cell(row, plan.x.place))
            continue
        facet = get_cell(row, plan.facet.place) or empty_label if plan.facet is not None else ""
        series = get_cell(row, plan.series.place) or empty_label if plan.series is not None else ""
        _add(groups, (facet, series, x), row, plan.measures)
    return groups


def _add(
    groups: Groups, key: GroupKey, row: Row, measures: Sequence[tuple[Measure, Source | None]]
) -> None:
    found = groups.points.get(key)
    if found is None:
        if len(groups.points) >= MAX_GROUPS:
            raise TooManyGroups
        found = groups.points[key] = [Accumulator() for _ in measures]
    for accumulator, (measure, source) in zip(found, measures, strict=True):
        if source is None:
            accumulator.add("count", None, "")
            continue
        cell = get_cell(row, source.place)
        counts = measure.aggregate in ("count", "distinct")
        number = None if counts else source.column.parse_number(cell)
        if number is None and (not counts or is_empty(cell)):
            groups.note_missing(source.column, cell)
        else:
            accumulator.add(measure.aggregate, number, cell)


def build_key_reader(
    source: Source | None, bucket: Precision | None, empty_label: str
) -> Callable[[Row], Key | None]:
    """Return what reads the place of a row along the x axis; None where it has none."""
    if source is None:
        return lambda _row: ""
    place, column, known = source.place, source.column, dict[str, Key | None]()

    def parse(cell: str) -> Key | None:
        if column.kind == "date":
            moment = column.parse_date(cell)
            return None if moment is None else find_bucket_start(moment[0], bucket or "day")
        return column.parse_number(cell) if column.kind == "number" else cell or empty_label

    def read(row: Row) -> Key | None:
        cell = get_cell(row, place)
        if cell in known:
            return known[cell]
        found = parse(cell)
        if len(known) < _MAX_KNOWN:
            known[cell] = found
        return found

    return read


def get_cell(row: Row, place: int) -> str:
    """Return a cell of a row, "" where it is too short."""
    return row[place] if place < len(row) else ""


def merge_times(groups: Groups, bucket: Precision) -> None:
    """Put the points of a time axis together in longer times."""
    points: dict[GroupKey, list[Accumulator]] = {}
    for (facet, series, x), found in groups.points.items():
        start = find_bucket_start(x, bucket) if isinstance(x, datetime) else x
        merge_point(points, (facet, series, start), found)
    groups.points = points


def merge_point(
    points: dict[GroupKey, list[Accumulator]], key: GroupKey, found: list[Accumulator]
) -> None:
    """Add the values of one point to those of another."""
    if key not in points:
        points[key] = found
        return
    for mine, other in zip(points[key], found, strict=True):
        mine.merge(other)
