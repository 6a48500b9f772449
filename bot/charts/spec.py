"""What a chart is to show: the schema that the model answers with, and the value it is read into.

Whether it fits a table is in `check_spec.py`. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.domain.llm import JsonSchema
from bot.domain.safe_text import replace_invisible, truncate

KINDS = (
    "bar", "stacked", "grouped", "line", "area", "scatter", "pie", "histogram", "box", "heatmap",
)  # fmt: skip
AGGREGATES = ("sum", "mean", "median", "count", "min", "max", "distinct")
BUCKETS = ("hour", "day", "week", "month", "quarter", "year")
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "contains")
SORTS = ("natural", "ascending", "descending")
TRENDS = ("none", "linear", "moving_average")
COMBINATIONS = ("none", "append", "join")
MAX_TOP, MAX_MEASURES, _MAX_FILTERS, _MAX_VALUES, _MAX_WINDOW = 200, 6, 10, 50, 365
_MAX_TITLE_CHARS, _MAX_LABEL_CHARS, _MAX_NAME_CHARS = 100, 60, 200


def _describe_nullable(kind: str, description: str, choices: Sequence[str] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {"type": [kind, "null"], "description": description}
    return found | ({"enum": [*choices, None]} if choices else {})


def _describe_choice(description: str, choices: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(choices), "description": description}


def _describe_object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _describe_list(description: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": description, "items": _describe_object(properties)}


CHART_SCHEMA = JsonSchema(
    "chart",
    _describe_object(
        {
            "chart_kind": _describe_choice(
                "The kind they asked for, else the one that shows it best", KINDS
            ),
            "title": {"type": "string", "description": "Short, in their language"},
            "x": _describe_nullable("string", "Column along the x axis, or of the parts of a pie"),
            "bucket": _describe_nullable(
                "string", "Of an x column of dates: one point for each", BUCKETS
            ),
            "y": _describe_list(
                "What is plotted: columns of numbers",
                {
                    "column": _describe_nullable("string", "null only to count rows"),
                    "aggregate": _describe_choice(
                        "How the rows of one point become one number", AGGREGATES
                    ),
                    "axis": _describe_choice(
                        "right: a second axis, for another unit", ("left", "right")
                    ),
                },
            ),
            "series": _describe_nullable("string", "Column whose values become one series each"),
            "facet": _describe_nullable(
                "string", "Column whose values become one small chart each"
            ),
            "filters": _describe_list(
                "Rows to keep; all of them have to hold",
                {
                    "column": {"type": "string"},
                    "operator": _describe_choice("= and != take several values", OPERATORS),
                    "values": {"type": "array", "items": {"type": "string"}},
                },
            ),
            "sort": _describe_choice(
                "natural: by time, number or as in the file; else by value", SORTS
            ),
            "top": _describe_nullable("integer", "Keep only so many of the largest"),
            "other": {"type": "boolean", "description": "Put the rest of `top` together as one"},
            "log": {"type": "boolean", "description": "Logarithmic y axis"},
            "trend": _describe_choice("A line through the points", TRENDS),
            "window": _describe_nullable("integer", "Points of a moving average"),
            "x_label": _describe_nullable("string", "null: the column's name"),
            "y_label": _describe_nullable("string", "null: the column's name"),
            "unit": _describe_nullable("string", "Such as EUR or kg, if the table does not say it"),
            "files": {"type": "array", "items": {"type": "string"}, "description": "Their names"},
            "combine": _describe_choice(
                "Several files: rows below each other, or joined", COMBINATIONS
            ),
            "join_on": _describe_nullable("string", "Column that the files have in common"),
            "day_first": _describe_nullable(
                "boolean", "Only if they said how dates such as 3/4 are meant"
            ),
            "decimal": _describe_nullable(
                "string", "Only if they said which sign is decimal", (".", ",")
            ),
        }
    ),
    strict=True,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is plotted: a column, or the rows themselves where it is ""."""

    column: str
    aggregate: str
    axis: str = "left"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition for rows."""

    column: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """What a chart is to show. "" stands for what is not set."""

    kind: str = "bar"
    title: str = ""
    x: str = ""
    bucket: str = ""
    y: tuple[Measure, ...] = ()
    series: str = ""
    facet: str = ""
    filters: tuple[Filter, ...] = ()
    sort: str = "natural"
    top: int = 0
    other: bool = False
    log: bool = False
    trend: str = "none"
    window: int = 3
    x_label: str = ""
    y_label: str = ""
    unit: str = ""
    files: tuple[str, ...] = ()
    combine: str = "none"
    join_on: str = ""
    day_first: bool | None = None
    decimal: str = ""


class SpecError(ValueError):
    """What should be a chart's specification is none."""


def parse_spec(text: str) -> ChartSpec:
    """Read the answer of the model. Values out of bounds are bounded. Raises `SpecError`."""
    start, end = text.find("{"), text.rfind("}")
    try:
        value = json.loads(text[start : end + 1])
    except (ValueError, RecursionError) as error:
        raise SpecError("no JSON") from error
    if not isinstance(value, dict) or not {"chart_kind", "kind"} & set(value):
        raise SpecError("no chart")
    return read_spec(value)


def read_spec(value: Mapping[str, Any]) -> ChartSpec:
    """Read a specification from what was JSON. Raises `SpecError`."""
    measures = [_read_measure(item) for item in _read_list(value, "y", MAX_MEASURES)]
    filters = [_read_filter(item) for item in _read_list(value, "filters", _MAX_FILTERS)]
    files = [_clean(name, _MAX_NAME_CHARS) for name in _read_list(value, "files", 10)]
    day_first = value.get("day_first")
    return ChartSpec(
        kind=_read_choice(value, "chart_kind" if "chart_kind" in value else "kind", KINDS, "bar"),
        title=_clean(value.get("title"), _MAX_TITLE_CHARS),
        x=_clean(value.get("x"), _MAX_NAME_CHARS),
        bucket=_read_choice(value, "bucket", BUCKETS, ""),
        y=tuple(measures),
        series=_clean(value.get("series"), _MAX_NAME_CHARS),
        facet=_clean(value.get("facet"), _MAX_NAME_CHARS),
        filters=tuple(one for one in filters if one.column),
        sort=_read_choice(value, "sort", SORTS, "natural"),
        top=_read_count(value, "top", 0, MAX_TOP),
        other=value.get("other") is True,
        log=value.get("log") is True,
        trend=_read_choice(value, "trend", TRENDS, "none"),
        window=_read_count(value, "window", 3, _MAX_WINDOW),
        x_label=_clean(value.get("x_label"), _MAX_LABEL_CHARS),
        y_label=_clean(value.get("y_label"), _MAX_LABEL_CHARS),
        unit=_clean(value.get("unit"), 12),
        files=tuple(name for name in files if name),
        combine=_read_choice(value, "combine", COMBINATIONS, "none"),
        join_on=_clean(value.get("join_on"), _MAX_NAME_CHARS),
        day_first=day_first if isinstance(day_first, bool) else None,
        decimal=_read_choice(value, "decimal", (".", ","), ""),
    )


def serialize_spec(spec: ChartSpec) -> dict[str, Any]:
    """Return a specification as JSON that `read_spec` reads."""
    return asdict(spec)


def _read_measure(item: object) -> Measure:
    value = item if isinstance(item, dict) else {}
    column = _clean(value.get("column"), _MAX_NAME_CHARS)
    aggregate = _read_choice(value, "aggregate", AGGREGATES, "sum" if column else "count")
    return Measure(column, aggregate, _read_choice(value, "axis", ("left", "right"), "left"))


def _read_filter(item: object) -> Filter:
    value = item if isinstance(item, dict) else {}
    values = [_clean(one, _MAX_NAME_CHARS) for one in _read_list(value, "values", _MAX_VALUES)]
    column = _clean(value.get("column"), _MAX_NAME_CHARS)
    return Filter(column, _read_choice(value, "operator", OPERATORS, "="), tuple(values))


def _read_list(value: Mapping[str, Any], name: str, most: int) -> list[Any]:
    found = value.get(name)
    return list(found[:most]) if isinstance(found, list | tuple) else []


def _read_choice(value: Mapping[str, Any], name: str, choices: Sequence[str], usual: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) and found in choices else usual


def _read_count(value: Mapping[str, Any], name: str, usual: int, most: int) -> int:
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        return usual
    return min(found, most)


def _clean(value: object, max_chars: int) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return truncate(" ".join(replace_invisible(str(value)[: 4 * max_chars]).split()), max_chars)
