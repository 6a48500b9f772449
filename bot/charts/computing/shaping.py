"""Makes series and categories of a chart's points: their order, the largest, the rest. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from bot.charts import messages
from bot.charts.computing.accumulators import Accumulator
from bot.charts.computing.grouping import GroupKey, Groups, Key, merge_point, merge_times
from bot.charts.reading.buckets import find_bucket_start, find_next_bucket, format_bucket
from bot.charts.reading.columns import Column
from bot.charts.reading.dates import MONTHS, PRECISIONS, WEEKDAYS, Precision
from bot.charts.reading.numbers import format_exactly
from bot.charts.result import MAX_CATEGORIES, MAX_PANELS, MAX_SERIES, Panel, Series
from bot.charts.spec import ChartSpec, Measure
from bot.domain.messages import Message

_USUAL_BARS, _SHOWN_BARS = 40, 30
# The fewest points that show a course; with fewer, a shorter time is better.
_BUCKET_SPANS: tuple[tuple[Precision, int], ...] = (
    ("hour", 3),
    ("day", 62),
    ("week", 370),
    ("month", 2_200),
    ("quarter", 4_000),
)

Notes = list[Message]


def choose_bucket(groups: Groups, column: Column) -> Precision:
    """Return the length of time that gives a readable number of points."""
    days = [x for _, _, x in groups.points if isinstance(x, datetime)]
    span = (max(days) - min(days)).days if days else 0
    for bucket, most in _BUCKET_SPANS:
        if span <= most and PRECISIONS.index(bucket) >= PRECISIONS.index(column.precision):
            return bucket
    return "year"


def limit_times(groups: Groups, bucket: Precision, notes: Notes) -> Precision:
    """Put times together until they fit one chart; return their length."""
    while _count_steps(groups, bucket) > MAX_CATEGORIES and bucket != "year":
        bucket = PRECISIONS[PRECISIONS.index(bucket) + 1]
        merge_times(groups, bucket)
        notes[:] = [note for note in notes if note not in messages.AUTO_BUCKET.values()]
        notes.append(messages.AUTO_BUCKET[bucket])
    return bucket


def _count_steps(groups: Groups, bucket: Precision) -> int:
    moments = [x for _, _, x in groups.points if isinstance(x, datetime)]
    if not moments:
        return 0
    hours = (max(moments) - min(moments)).total_seconds() / 3600
    length = {"hour": 1, "day": 24, "week": 168, "month": 730, "quarter": 2190, "year": 8766}
    return int(hours / length[bucket]) + 1


def list_keys(groups: Groups, bucket: Precision | None) -> list[Key]:
    """Return the places along the x axis in their natural order, times without gaps."""
    keys = list(dict.fromkeys(x for _, _, x in groups.points))
    moments = [key for key in keys if isinstance(key, datetime)]
    if moments and bucket is not None:
        filled, moment, last = list[Key](), find_bucket_start(min(moments), bucket), max(moments)
        while moment <= last and len(filled) <= MAX_CATEGORIES + 1:
            filled.append(moment)
            if moment.year >= 9998:
                break
            moment = find_next_bucket(moment, bucket)
        return filled if len(filled) <= MAX_CATEGORIES else sorted(moments)
    if keys and all(isinstance(key, Decimal) for key in keys):
        return sorted(keys, key=lambda key: key if isinstance(key, Decimal) else Decimal(0))
    return _sort_names([str(key) for key in keys])


def _sort_names(names: list[str]) -> list[Key]:
    """Return names in the order of the file; months and weekdays in theirs."""
    for order in (MONTHS, WEEKDAYS):
        places: dict[str, int | None] = {name: order.get(_normalize(name)) for name in names}
        if names and all(place is not None for place in places.values()):
            return [*sorted(names, key=lambda name: places[name] or 0)]
    return list(names)


def _normalize(name: str) -> str:
    import unicodedata

    bare = unicodedata.normalize("NFKD", name.casefold().rstrip("."))
    return "".join(c for c in bare if not unicodedata.combining(c))


def format_key(key: Key, bucket: Precision | None) -> str:
    """Return the name of a place along the x axis."""
    if isinstance(key, datetime):
        return format_bucket(key, bucket or "day")
    return format_exactly(key) if isinstance(key, Decimal) else key


def limit_places(
    groups: Groups, keys: list[Key], spec: ChartSpec, other: str, notes: Notes
) -> list[Key]:
    """Return the places to show: the largest where there are too many, the rest as `other`."""
    is_ordered = bool(keys) and not isinstance(keys[0], str)
    if is_ordered:
        return keys
    wanted = spec.top or (
        _SHOWN_BARS if len(keys) > _USUAL_BARS and spec.kind != "pie" else len(keys)
    )
    puts_together = spec.other or not spec.top
    if len(keys) <= wanted:
        return keys
    if spec.kind == "pie" and not spec.top:
        return keys
    sizes = _measure(groups, lambda key: key[2], spec.y[0])
    largest = sorted(keys, key=lambda key: sizes.get(key, Decimal(0)), reverse=True)[:wanted]
    kept = set(largest)
    _drop(
        groups, lambda key: key[2] in kept, lambda key: (*key[:2], other), keep_rest=puts_together
    )
    if puts_together:
        notes.append(Message(messages.TOP_OTHER, count=wanted, other=other))
        return [*largest, other]
    notes.append(Message(messages.TOP_ONLY, count=wanted, total=len(keys)))
    return largest


def limit_series(groups: Groups, spec: ChartSpec, other: str, notes: Notes) -> list[str]:
    """Return the series to show, in order: the largest where there are too many."""
    names = list(dict.fromkeys(series for _, series, _ in groups.points))
    most = MAX_SERIES // max(1, len(spec.y))
    if spec.kind == "heatmap":
        most = 40
    if len(names) <= most:
        return [str(name) for name in _sort_names(names)]
    sizes = _measure(groups, lambda key: key[1], spec.y[0])
    largest = sorted(names, key=lambda name: sizes.get(name, Decimal(0)), reverse=True)[: most - 1]
    kept = set(largest)
    _drop(groups, lambda key: key[1] in kept, lambda key: (key[0], other, key[2]), keep_rest=True)
    notes.append(Message(messages.TOP_OTHER, count=most - 1, other=other))
    return [*largest, other]


def limit_facets(groups: Groups, spec: ChartSpec, notes: Notes) -> list[str]:
    """Return the small charts to show: the largest where there are too many."""
    names = list(dict.fromkeys(facet for facet, _, _ in groups.points))
    if len(names) <= MAX_PANELS:
        return [str(name) for name in _sort_names(names)]
    sizes = _measure(groups, lambda key: key[0], spec.y[0])
    largest = sorted(names, key=lambda name: sizes.get(name, Decimal(0)), reverse=True)[:MAX_PANELS]
    notes.append(Message(messages.MANY_FACETS, count=MAX_PANELS, total=len(names)))
    return largest


def _measure(
    groups: Groups, select: Callable[[GroupKey], Key], measure: Measure
) -> dict[Key, Decimal]:
    """Return the size of each part: the aggregate of all its points."""
    sums: dict[Key, Accumulator] = {}
    for key, found in groups.points.items():
        sums.setdefault(select(key), Accumulator()).merge(found[0])
    sizes = {key: one.compute(measure.aggregate) for key, one in sums.items()}
    return {key: size for key, size in sizes.items() if size is not None}


def _drop(
    groups: Groups,
    is_kept: Callable[[GroupKey], bool],
    rename: Callable[[GroupKey], GroupKey],
    *,
    keep_rest: bool,
) -> None:
    points: dict[GroupKey, list[Accumulator]] = {}
    for key, found in groups.points.items():
        if is_kept(key):
            merge_point(points, key, found)
        elif keep_rest:
            merge_point(points, rename(key), found)
    groups.points = points


def build_panels(
    groups: Groups,
    keys: Sequence[Key],
    series: Sequence[str],
    facets: Sequence[str],
    spec: ChartSpec,
) -> tuple[Panel, ...]:
    """Return the small charts, each with all series, each of these with all places."""
    panels = []
    for facet in facets or [""]:
        lines = []
        for name in series or [""]:
            for index, measure in enumerate(spec.y):
                values = tuple(
                    None if found is None else found[index].compute(measure.aggregate)
                    for found in (groups.points.get((facet, name, key)) for key in keys)
                )
                label = name_series(name, measure, several=len(spec.y) > 1)
                lines.append(Series(label, values, measure.axis))
        panels.append(Panel(tuple(lines), facet))
    return tuple(panels)


def name_series(name: str, measure: Measure, *, several: bool) -> str:
    """Return what a series is called."""
    if not several:
        return name
    return f"{name}: {name_measure(measure)}" if name else name_measure(measure)


def name_measure(measure: Measure) -> str:
    """Return what is plotted, in short."""
    if not measure.column:
        return measure.aggregate
    if measure.aggregate == "sum":
        return measure.column
    return f"{measure.aggregate} ({measure.column})"
