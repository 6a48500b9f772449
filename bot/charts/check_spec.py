"""Holds a specification against a table: what the model should mend. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from bot.charts.reading.columns import Column
from bot.charts.reading.table import Table
from bot.charts.spec import ChartSpec, Filter, Measure
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name

_NO_COLUMN = "there is no column “{name}”"
_NO_COLUMN_BUT = "there is no column “{name}”; did you mean “{hint}”?"
_NO_NUMBERS = "{name} holds no numbers to compute {aggregate} of; use count or distinct"
_NO_MEASURED = "“{aggregate}” needs a column"
_NO_X = Message("x is missing")
_NO_Y = Message("y needs a column of numbers")
_X_NO_NUMBER = "for a scatter chart, x has to be a column of numbers or dates, and {name} is not"
_CONDITION = "“{value}” is no value of {name} that rows could be compared with"
_NO_ROWS = Message("no row matches the conditions")
_MANY_VALUES = "{name} has {count:,} different numbers; use a histogram or a scatter chart"
NO_ROWS = _NO_ROWS


def resolve_names(spec: ChartSpec, table: Table) -> tuple[ChartSpec, list[Message]]:
    """Return `spec` with the columns as the table writes them, and what is not there."""
    problems = list[Message]()

    def resolve(name: str) -> str:
        place = table.find(name) if name else None
        if name and place is None:
            problems.append(_describe_missing(name, table.names))
        return name if place is None else table.names[place]

    measures = [replace(one, column=resolve(one.column)) for one in spec.y] or [
        Measure("", "count")
    ]
    filters = [replace(one, column=resolve(one.column)) for one in spec.filters]
    resolved = replace(
        spec,
        x=resolve(spec.x),
        series=resolve(spec.series),
        facet=resolve(spec.facet),
        y=tuple(measures),
        filters=tuple(filters),
    )
    return resolved, list(dict.fromkeys(problems))


def list_used_columns(spec: ChartSpec) -> list[str]:
    """Return the columns that a chart needs, each once."""
    measured = [one.column for one in spec.y]
    conditions = [one.column for one in spec.filters]
    names = [spec.x, spec.series, spec.facet, *measured, *conditions]
    return [name for name in dict.fromkeys(names) if name]


def check_types(spec: ChartSpec, columns: Mapping[str, Column]) -> list[Message]:
    """Return a problem for each column that cannot be used as wanted."""
    if spec.kind == "histogram":
        measured = spec.y[0].column or spec.x
        is_number = bool(measured) and columns[measured].kind == "number"
        return [] if is_number else [_NO_Y]
    problems = [
        Message(_NO_MEASURED, aggregate=one.aggregate)
        for one in spec.y
        if not one.column and one.aggregate != "count" and spec.kind not in ("scatter", "box")
    ]
    problems += [
        Message(_NO_NUMBERS, name=one.column, aggregate=one.aggregate)
        for one in spec.y
        if one.aggregate not in ("count", "distinct")
        and one.column
        and columns[one.column].kind != "number"
    ]
    if not spec.x and spec.kind != "box":
        problems.append(_NO_X)
    if spec.kind in ("scatter", "box") and not (
        spec.y[0].column and columns[spec.y[0].column].kind == "number"
    ):
        problems.append(_NO_Y)
    if spec.kind == "scatter" and spec.x and columns[spec.x].kind not in ("number", "date"):
        problems.append(Message(_X_NO_NUMBER, name=spec.x))
    return list(dict.fromkeys(problems))


def describe_condition(condition: Filter | None, name: str, value: str) -> Message:
    """Return the problem with a condition."""
    return Message(_CONDITION, value=value or (condition.operator if condition else ""), name=name)


def describe_many_values(name: str, count: int) -> Message:
    """Return the problem with a column of too many numbers for one bar each."""
    return Message(_MANY_VALUES, name=name, count=count)


def _describe_missing(name: str, names: Sequence[str]) -> Message:
    folded = {one.casefold(): one for one in names}
    close = get_close_matches(name.casefold(), list(folded)[:500], n=1, cutoff=0.6)
    if not close:
        return Message(_NO_COLUMN, name=clean_name(name))
    return Message(_NO_COLUMN_BUT, name=clean_name(name), hint=folded[close[0]])
