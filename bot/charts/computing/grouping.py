"""Goes through the rows of a table once, and adds up the values of each point of a chart. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, localcontext
from itertools import islice
from typing import TypeAlias

from bot.charts.computing.accumulators import EXACT, Accumulator
from bot.charts.computing.filters import Keep
from bot.charts.reading.buckets import find_bucket_start
from bot.charts.reading.columns import Column, is_empty
from bot.charts.reading.dates import Precision
from bot.charts.reading.table import Row, take_cells
from bot.charts.spec import Measure

Key: TypeAlias = str | Decimal | datetime
GroupKey: TypeAlias = tuple[str, str, Key]
_MAX_KNOWN, MAX_GROUPS, _CHUNK_ROWS = 50_000, 200_000, 10_000


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

    def note_missing(self, column: Column, cell: str, count: int = 1) -> None:
        """Count a cell that is left out."""
        counts = self.empty if is_empty(cell) else self.odd
        counts[column.name] = counts.get(column.name, 0) + count


def add_up_rows(rows: Iterable[Row], plan: Plan, empty_label: str) -> Groups:
    """Add up the values of each point. Raises `TooManyGroups`."""
    groups, read_keys = Groups(), build_key_reader(plan.x, plan.bucket, empty_label)
    with localcontext(EXACT):
        for kept in take_kept(rows, plan, groups):
            xs = read_keys(kept, groups)
            facets, series = (
                read_names(kept, source, empty_label) for source in (plan.facet, plan.series)
            )
            places = dict[tuple[str, str, Key | None], list[int]]()
            for place, key in enumerate(zip(facets, series, xs, strict=True)):
                if key in places:
                    places[key].append(place)
                else:
                    places[key] = [place]
            _add(groups, places, kept, plan.measures)
    return groups


def take_kept(rows: Iterable[Row], plan: Plan, groups: Groups) -> Iterator[list[Row]]:
    """Yield the rows that fulfil the conditions, many together, and count them."""
    iterator, keeps = iter(rows), plan.keeps
    while chunk := list(islice(iterator, _CHUNK_ROWS)):
        kept = [row for row in chunk if all(keep(row) for keep in keeps)] if keeps else chunk
        groups.rows += len(chunk)
        groups.kept += len(kept)
        if kept:
            yield kept


def read_names(rows: Sequence[Row], source: Source | None, empty_label: str) -> list[str]:
    """Return the name in each row, "" without a column for it."""
    if source is None:
        return [""] * len(rows)
    return [cell or empty_label for cell in take_cells(rows, source.place)]


def _add(
    groups: Groups,
    places: Mapping[tuple[str, str, Key | None], Sequence[int]],
    rows: Sequence[Row],
    measures: Sequence[tuple[Measure, Source | None]],
) -> None:
    values = [_read_values(rows, measure, source) for measure, source in measures]
    for (facet, series, x), numbers in places.items():
        # Where a row has no place, its other cells do not matter.
        if x is None:
            continue
        found = groups.points.get((facet, series, x))
        if found is None:
            if len(groups.points) >= MAX_GROUPS:
                raise TooManyGroups
            found = groups.points[facet, series, x] = [Accumulator() for _ in measures]
        for accumulator, (measure, source), one in zip(found, measures, values, strict=True):
            accumulator.add(measure.aggregate, *one.take(numbers, groups, source))


@dataclass(frozen=True, slots=True)
class _Values:
    """The cells of a column, and the numbers in them, None without one; `is_whole`: all have one.

    For counts there are no numbers.
    """

    cells: Sequence[str]
    numbers: Sequence[Decimal | None] | None
    is_whole: bool

    def take(
        self, places: Sequence[int], groups: Groups, source: Source | None
    ) -> tuple[list[Decimal], list[str]]:
        """Return the numbers and the cells of some rows, and count those without."""
        cells = [self.cells[place] for place in places]
        if self.numbers is None:
            used = cells if self.is_whole else [cell for cell in cells if not is_empty(cell)]
            found = list[Decimal]()
        else:
            read = [self.numbers[place] for place in places]
            found = [number for number in read if number is not None]
            used = cells
            if len(found) < len(read):
                used = [c for c, number in zip(cells, read, strict=True) if number is not None]
        if source is not None and len(used) < len(cells):
            missing = Counter(cells) - Counter(used)
            for cell, count in missing.items():
                groups.note_missing(source.column, cell, count)
        return found, used


def _read_values(rows: Sequence[Row], measure: Measure, source: Source | None) -> _Values:
    if source is None:
        return _Values([""] * len(rows), None, is_whole=True)
    cells = take_cells(rows, source.place)
    if measure.aggregate in ("count", "distinct"):
        return _Values(cells, None, is_whole=not any(map(is_empty, set(cells))))
    return _Values(cells, source.column.parse_numbers(cells), is_whole=False)


def build_key_reader(
    source: Source | None, bucket: Precision | None, empty_label: str
) -> Callable[[Sequence[Row], Groups], Sequence[Key | None]]:
    """Return what reads the places of rows along the x axis; None, which is counted, without."""
    if source is None:
        return lambda rows, _: [""] * len(rows)
    place, column = source.place, source.column
    parse = _build_key_parser(column, bucket, empty_label)

    def read(rows: Sequence[Row], groups: Groups) -> Sequence[Key | None]:
        cells = take_cells(rows, place)
        keys = parse(cells)
        if None in keys:
            missing = Counter(c for c, key in zip(cells, keys, strict=True) if key is None)
            for cell, count in missing.items():
                groups.note_missing(column, cell, count)
        return keys

    return read


def _build_key_parser(
    column: Column, bucket: Precision | None, empty_label: str
) -> Callable[[Sequence[str]], Sequence[Key | None]]:
    """Return what reads the cells of a column as places along the x axis."""
    if column.kind == "number":
        return column.parse_numbers
    if column.kind == "date":
        return _build_time_parser(column, bucket or "day")
    return lambda cells: [cell or empty_label for cell in cells]


def _build_time_parser(
    column: Column, bucket: Precision
) -> Callable[[Sequence[str]], Sequence[Key | None]]:
    known: dict[str, Key | None] = {}

    def parse_time(cell: str) -> Key | None:
        moment = column.parse_date(cell)
        return None if moment is None else find_bucket_start(moment[0], bucket)

    def parse(cells: Sequence[str]) -> Sequence[Key | None]:
        if len(known) > _MAX_KNOWN:
            known.clear()
        known.update({cell: parse_time(cell) for cell in set(cells) if cell not in known})
        return [known[cell] for cell in cells]

    return parse


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
