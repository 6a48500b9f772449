"""Computes a chart of tables: exact numbers, in a stable order, bounded, with all that was assumed.

See `grouping.py` for how rows are added up, `distributions.py` for charts of single values. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.charts import messages
from bot.charts.check_spec import (
    NO_ROWS,
    check_types,
    describe_condition,
    describe_many_values,
    list_used_columns,
    resolve_names,
)
from bot.charts.choose_kind import choose_kind
from bot.charts.computing.distributions import (
    build_boxes,
    build_histogram,
    build_scatter,
    collect_numbers,
    collect_points,
)
from bot.charts.computing.filters import FilterError, build_filter
from bot.charts.computing.finishing import find_unit, finish_chart
from bot.charts.computing.grouping import (
    Groups,
    Plan,
    Source,
    TooManyGroups,
    add_up_rows,
    merge_times,
)
from bot.charts.computing.remarks import list_column_notes, list_row_notes
from bot.charts.computing.shaping import (
    build_panels,
    choose_bucket,
    format_key,
    limit_facets,
    limit_places,
    limit_series,
    limit_times,
    list_keys,
    name_measure,
)
from bot.charts.reading.columns import Column, Reading
from bot.charts.reading.combine import CombineError, combine
from bot.charts.reading.dates import PRECISIONS, Precision
from bot.charts.reading.table import Table, read_columns
from bot.charts.result import MAX_CATEGORIES, ChartData, Panel
from bot.charts.spec import ChartSpec
from bot.domain.messages import Message

_NO_COMMON = Message("the files have no column in common to combine them by")


@dataclass(frozen=True, slots=True)
class Words:
    """The words in a chart that are Easel's: for no value, and for all the rest."""

    empty: str = "(empty)"
    other: str = "Other"
    is_day_first: bool | None = None


class ChartProblems(ValueError):
    """The specification does not fit the tables: `problems` says why."""

    def __init__(self, problems: Sequence[Message]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def compute_chart(tables: Sequence[Table], spec: ChartSpec, words: Words) -> ChartData:
    """Return the numbers of a chart. Raises `ChartProblems`."""
    try:
        table, notes = combine(tables, spec.combine, spec.join_on)
    except CombineError as error:
        raise ChartProblems([_NO_COMMON]) from error
    spec, problems = resolve_names(spec, table)
    if problems:
        raise ChartProblems(problems)
    columns = _read_used(table, spec, words)
    problems = check_types(spec, columns)
    if problems:
        raise ChartProblems(problems)
    plan = _build_plan(table, spec, columns)
    data, groups = _compute(table, spec, plan, words, notes)
    if not groups.kept or not any(one.values for one in data.series):
        raise ChartProblems([NO_ROWS])
    data, reason = choose_kind(data, spec)
    data = finish_chart(data, spec, notes)
    said = [*([reason] if reason else []), *list_row_notes(table, groups, spec), *notes]
    said += list_column_notes(columns, groups, spec)
    return replace(data, row_count=groups.kept, notes=tuple(said))


def _read_used(table: Table, spec: ChartSpec, words: Words) -> dict[str, Column]:
    names = list_used_columns(spec)
    reading = Reading(spec.decimal or None, spec.day_first)
    if table.hints.day_first is None:
        table = replace(table, hints=replace(table.hints, day_first=words.is_day_first))
    columns, _, _ = read_columns(table, [table.names.index(name) for name in names], reading)
    return dict(zip(names, columns, strict=True))


def _build_plan(table: Table, spec: ChartSpec, columns: Mapping[str, Column]) -> Plan:
    def find(name: str) -> Source | None:
        return Source(table.names.index(name), columns[name]) if name else None

    try:
        keeps = [
            build_filter(one, columns[one.column], table.names.index(one.column))
            for one in spec.filters
        ]
    except FilterError as error:
        raise ChartProblems([describe_condition(None, error.column, error.value)]) from error
    return Plan(
        find(spec.x),
        None,
        find(spec.series),
        find(spec.facet),
        [(measure, find(measure.column)) for measure in spec.y],
        keeps,
    )


def _compute(
    table: Table, spec: ChartSpec, plan: Plan, words: Words, notes: list[Message]
) -> tuple[ChartData, Groups]:
    base = ChartData(spec.kind, spec.title, (), (Panel(()),), unit=find_unit(spec, plan))
    if spec.kind == "histogram":
        return _compute_histogram(table, base, plan, words)
    if spec.kind == "box":
        return _compute_boxes(table, base, plan, words, notes)
    if spec.kind == "scatter":
        points, groups = collect_points(table.read_rows(), plan, words.empty)
        kind = plan.x.column.kind if plan.x is not None else "number"
        base = replace(base, x_kind=kind, x_label=spec.x, y_label=spec.y[0].column)
        return replace(base, panels=(build_scatter(points, notes),)), groups
    return _compute_groups(table, spec, plan, words, notes)


def _compute_histogram(
    table: Table, base: ChartData, plan: Plan, words: Words
) -> tuple[ChartData, Groups]:
    measure, source = plan.measures[0]
    source = source or plan.x
    plan = replace(plan, x=None, measures=[(measure, source)])
    found, groups = collect_numbers(table.read_rows(), plan, words.empty)
    if not found:
        raise ChartProblems([NO_ROWS])
    names, panel = build_histogram(found[""])
    label = source.column.name if source is not None else ""
    base = replace(base, categories=names, x_label=label, y_label="count")
    return replace(base, panels=(panel,)), groups


def _compute_boxes(
    table: Table, base: ChartData, plan: Plan, words: Words, notes: list[Message]
) -> tuple[ChartData, Groups]:
    found, groups = collect_numbers(table.read_rows(), plan, words.empty)
    if not found:
        raise ChartProblems([NO_ROWS])
    names, panel, total = build_boxes(found)
    if total > len(names):
        notes.append(Message(messages.TOP_ONLY, count=len(names), total=total))
    x = plan.x.column.name if plan.x is not None else ""
    base = replace(base, categories=names, x_label=x, y_label=plan.measures[0][0].column)
    return replace(base, panels=(panel,)), groups


def _compute_groups(
    table: Table, spec: ChartSpec, plan: Plan, words: Words, notes: list[Message]
) -> tuple[ChartData, Groups]:
    try:
        bucket, groups = _add_up(table, spec, plan, words, notes)
    except TooManyGroups as error:
        raise ChartProblems([describe_many_values(spec.x, MAX_CATEGORIES)]) from error
    keys = list_keys(groups, bucket)
    if keys and isinstance(keys[0], Decimal) and len(keys) > MAX_CATEGORIES:
        raise ChartProblems([describe_many_values(spec.x, len(keys))])
    series = limit_series(groups, spec, words.other, notes) if plan.series else []
    facets = limit_facets(groups, spec, notes) if plan.facet else []
    keys = limit_places(groups, keys, spec, words.other, notes)
    panels = build_panels(groups, keys, series, facets, spec)
    kind = (
        "text"
        if plan.x is None or plan.x.column.kind in ("text", "boolean", "empty")
        else plan.x.column.kind
    )
    measures = {name_measure(one): None for one in spec.y if one.axis == "left"}
    right = {name_measure(one): None for one in spec.y if one.axis == "right"}
    return ChartData(
        spec.kind,
        spec.title,
        tuple(format_key(key, bucket) for key in keys),
        panels,
        x_kind="text" if keys and isinstance(keys[0], str) else kind,
        bucket=bucket or "",
        x_label=spec.x,
        y_label=", ".join(measures or right),
        right_label=", ".join(right) if measures else "",
        unit=find_unit(spec, plan),
    ), groups


def _add_up(
    table: Table, spec: ChartSpec, plan: Plan, words: Words, notes: list[Message]
) -> tuple[Precision | None, Groups]:
    column = plan.x.column if plan.x is not None else None
    if column is None or column.kind != "date":
        return None, add_up_rows(table.read_rows(), plan, words.empty)
    wanted = next((one for one in PRECISIONS if one == spec.bucket), None)
    if wanted is not None:
        # Months cannot be taken apart into days.
        wanted = max(wanted, column.precision, key=PRECISIONS.index)
    plan.bucket = wanted or max("day", column.precision, key=PRECISIONS.index)
    groups = add_up_rows(table.read_rows(), plan, words.empty)
    bucket: Precision = wanted or choose_bucket(groups, column)
    if wanted is None:
        if bucket == "hour":
            plan.bucket = bucket
            groups = add_up_rows(table.read_rows(), plan, words.empty)
        else:
            merge_times(groups, bucket)
        if bucket != column.precision:
            notes.append(messages.AUTO_BUCKET[bucket])
    return limit_times(groups, bucket, notes), groups
