"""The numbers of a chart, as they are drawn, shown and handed from one process to another. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from bot.charts.spec import KINDS
from bot.domain.safe_text import replace_invisible, truncate

MAX_CATEGORIES, MAX_SERIES, MAX_PANELS = 400, 12, 12
MAX_POINTS = 2_000
_MAX_CHARS, _MAX_DIGITS, _MAX_COUNT = 120, 700, 10**10

Value: TypeAlias = Decimal | None
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the clock's time there


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers, one for each category; None where there is none. `xs` are those of a scatter chart.

    `trend` is a line through them, for the drawing only.
    """

    name: str
    values: tuple[Value, ...]
    axis: str = "left"
    xs: tuple[Decimal, ...] = ()
    trend: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart, or one of several small ones, with its `name` then."""

    series: tuple[Series, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class ChartData:
    """All numbers of a chart. `x_kind` is what its categories are: text, date or number."""

    kind: str
    title: str
    categories: tuple[str, ...]
    panels: tuple[Panel, ...]
    x_kind: str = "text"
    bucket: str = ""
    x_label: str = ""
    y_label: str = ""
    right_label: str = ""
    unit: str = ""
    log: bool = False
    has_trend: bool = False
    row_count: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def series(self) -> tuple[Series, ...]:
        """All series of all panels."""
        return tuple(one for panel in self.panels for one in panel.series)


def serialize_chart(data: ChartData) -> dict[str, Any]:
    """Return a chart as JSON, without its notes."""
    panels = [
        {
            "name": panel.name,
            "series": [
                {
                    "name": one.name,
                    "axis": one.axis,
                    "values": [None if value is None else str(value) for value in one.values],
                    "xs": [str(value) for value in one.xs],
                }
                for one in panel.series
            ],
        }
        for panel in data.panels
    ]
    names = (
        "kind",
        "title",
        "x_kind",
        "bucket",
        "x_label",
        "y_label",
        "right_label",
        "unit",
        "log",
        "has_trend",
    )
    values: dict[str, Any] = {name: getattr(data, name) for name in names}
    return values | {"categories": list(data.categories), "panels": panels, "rows": data.row_count}


def parse_chart(values: Mapping[str, Any]) -> ChartData:
    """Read a chart of another process.

    Raises `ValueError`, `LookupError` or `ArithmeticError` if it is none.
    """
    panels = tuple(_parse_panel(panel) for panel in values["panels"])
    categories = tuple(_parse_text(text) for text in values["categories"])
    if values["kind"] not in KINDS or not 1 <= len(panels) <= MAX_PANELS:
        raise ValueError("no chart")
    if len(categories) > MAX_POINTS or sum(len(panel.series) for panel in panels) > 500:
        raise ValueError("too large")
    for panel in panels:
        for one in panel.series:
            if len(one.values) != (len(one.xs) if values["kind"] == "scatter" else len(categories)):
                raise ValueError("uneven")
    data = ChartData(
        kind=values["kind"],
        title=_parse_text(values["title"]),
        categories=categories,
        panels=panels,
        x_kind=_parse_text(values["x_kind"]),
        bucket=_parse_text(values["bucket"]),
        x_label=_parse_text(values["x_label"]),
        y_label=_parse_text(values["y_label"]),
        right_label=_parse_text(values["right_label"]),
        unit=_parse_text(values["unit"]),
        log=values["log"] is True,
        has_trend=values["has_trend"] is True,
        row_count=_parse_count(values["rows"]),
    )
    # What cannot be written as a table is none that was computed.
    list_rows(data)
    return data


def _parse_count(value: object) -> int:
    if type(value) is not int or not 0 <= value < _MAX_COUNT:
        raise ValueError("no count")
    return value


def _parse_panel(values: Mapping[str, Any]) -> Panel:
    return Panel(tuple(_parse_series(one) for one in values["series"]), _parse_text(values["name"]))


def _parse_series(values: Mapping[str, Any]) -> Series:
    return Series(
        _parse_text(values["name"]),
        tuple(None if value is None else _parse_number(value) for value in values["values"]),
        "right" if values["axis"] == "right" else "left",
        tuple(_parse_number(value) for value in values["xs"]),
    )


def _parse_number(text: object) -> Decimal:
    if not isinstance(text, str) or len(text) > _MAX_DIGITS:
        raise ValueError("no number")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("no number") from error
    if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
        raise ValueError("no number")
    return number


def _parse_text(text: object) -> str:
    return truncate(replace_invisible(str(text)[:1_000]), _MAX_CHARS)


def list_rows(data: ChartData) -> tuple[list[str], list[Sequence[str | Value]]]:
    """Return the column names and rows of exactly the plotted numbers."""
    has_panels = len(data.panels) > 1 or bool(data.panels[0].name)
    first = [data.x_label or "x"]
    if data.kind == "scatter":
        rows: list[Sequence[str | Value]] = [
            [*([panel.name] if has_panels else []), one.name, _write_x(data, x), y]
            for panel in data.panels
            for one in panel.series
            for x, y in zip(one.xs, one.values, strict=True)
        ]
        return [*(["facet"] if has_panels else []), "series", *first, data.y_label or "y"], rows
    names = [one.name or data.y_label or "y" for one in data.panels[0].series]
    table: list[Sequence[str | Value]] = [
        [
            *([panel.name] if has_panels else []),
            category,
            *(one.values[place] for one in panel.series),
        ]
        for panel in data.panels
        for place, category in enumerate(data.categories)
        # Times in which nothing is are on the axis only.
        if not data.bucket or any(one.values[place] is not None for one in panel.series)
    ]
    return [*(["facet"] if has_panels else []), *first, *names], table


def _write_x(data: ChartData, x: Decimal) -> str | Decimal:
    if data.x_kind != "date":
        return x
    moment = _EPOCH + timedelta(minutes=round(x * 1440))
    return f"{moment:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
