"""Shows a chart in words: title, what was computed, a small table, what was assumed. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal

from bot.answering.computing.charts.sources import CSV_SUFFIX, SPEC_NAME
from bot.charts.native import build_native_chart
from bot.charts.reading.numbers import format_exactly
from bot.charts.result import ChartData, Value, list_rows
from bot.charts.spec import ChartSpec, serialize_spec
from bot.domain.answers.chart_fence import write_fence
from bot.domain.answers.checked import Presentation
from bot.domain.files import GeneratedFile
from bot.domain.messages import Message, MessageList
from bot.domain.safe_text import clean_name, truncate
from bot.files.chart_drawer import DrawnChart, Source
from bot.i18n.formatting import fill
from bot.structured_output.tables import Table, format_markdown

_MAX_TABLE_ROWS, _MAX_TABLE_COLUMNS, _MAX_ALT_VALUES, _MAX_ALT_CHARS = 20, 13, 12, 900
_MAX_NUMBER_CHARS, _MAX_DIGITS = 40, 9
_FROM = "{measure} by {x}, from {count:,} row of {file}."
_FROM_ROWS = "{measure} by {x}, from {count:,} rows of {file}."
_FROM_ALONE = "{measure}, from {count:,} row of {file}."
_FROM_ALONE_ROWS = "{measure}, from {count:,} rows of {file}."
_FROM_TITLE = "From {count:,} row of {file}."
_FROM_TITLE_ROWS = "From {count:,} rows of {file}."
_MORE = "_The CSV file holds {count:,} more row._"
_SEVERAL_MORE = "_The CSV file holds {count:,} more rows._"
_NOTE = "_{note}_"
_PROBLEMS = "I could not draw this chart: {problems}."
NOT_UNDERSTOOD = Message("I could not draw a chart: the model did not say what to plot.")
ALT_TEXTS = {
    "bar": "Bar chart “{title}”: {values}",
    "grouped": "Grouped bar chart “{title}”: {values}",
    "stacked": "Stacked bar chart “{title}”: {values}",
    "line": "Line chart “{title}”: {values}",
    "area": "Area chart “{title}”: {values}",
    "scatter": "Scatter chart “{title}”: {values}",
    "pie": "Pie chart “{title}”: {values}",
    "histogram": "Histogram “{title}”: {values}",
    "box": "Box plot “{title}”: {values}",
    "heatmap": "Heat map “{title}”: {values}",
}
_STEM_PATTERN = re.compile(r"[\W_]+")


def show_chart(
    drawn: DrawnChart, spec: ChartSpec, sources: Sequence[Source], language: str
) -> Presentation:
    """Return the words and the files of a chart."""
    data = drawn.data
    parts = [_describe_source(data, sources), *_build_table(data, language)]
    native = build_native_chart(data)
    fence = [] if native is None else [write_fence(native)]
    title = [f"**{_escape(data.title)}**"] if data.title else []
    notes = [Message(_NOTE, note=note) for note in drawn.notes]
    text = MessageList([*fence, *title, *parts, *notes], "\n\n")
    return Presentation(text, _build_files(drawn, spec, sources, language))


def show_problems(problems: Sequence[Message]) -> Presentation:
    """Return the words where a chart cannot be drawn."""
    return Presentation(Message(_PROBLEMS, problems=MessageList(problems, "; ")))


def _describe_source(data: ChartData, sources: Sequence[Source]) -> Message:
    names = tuple(dict.fromkeys(clean_name(source.name) for source in sources))
    measures = [data.y_label or data.title or data.kind, data.right_label]
    measure = ", ".join(_escape(one) for one in measures if one)
    values = {"count": data.row_count, "file": names, "measure": measure}
    if not data.x_label or data.kind == "histogram":
        measure = _escape(data.x_label or measure)
        values["measure"] = measure
        return Message(_FROM_ALONE, plural=_FROM_ALONE_ROWS, **values)
    if _escape(data.title).casefold() == f"{measure} by {_escape(data.x_label)}".casefold():
        # The title, right above, says the rest.
        return Message(_FROM_TITLE, plural=_FROM_TITLE_ROWS, count=data.row_count, file=names)
    return Message(_FROM, plural=_FROM_ROWS, x=_escape(data.x_label), **values)


def _build_table(data: ChartData, language: str) -> list[str]:
    headings, rows = list_rows(data)
    width = _MAX_TABLE_COLUMNS
    shown = tuple(
        tuple(_format_cell(cell, language) for cell in row[:width])
        for row in rows[:_MAX_TABLE_ROWS]
    )
    table = format_markdown(Table(tuple(headings[:width]), shown))
    rest = len(rows) - len(shown)
    return [table, *([Message(_MORE, plural=_SEVERAL_MORE, count=rest)] if rest else [])]


def _format_cell(cell: str | Value, language: str) -> str:
    if cell is None:
        return "–"
    return format_full(cell, language) if isinstance(cell, Decimal) else cell


def format_full(number: Decimal, language: str) -> str:
    """Return all digits of a number as the language writes them."""
    text = format_exactly(number)
    if len(text) > _MAX_NUMBER_CHARS:
        return f"{number:.6E}"
    digits = len(text.partition(".")[2])
    # More digits than a sentence can have.
    if digits > _MAX_DIGITS:
        return text
    return fill(f"{{value:,.{digits}f}}", {"value": number}, language)


def _build_files(
    drawn: DrawnChart, spec: ChartSpec, sources: Sequence[Source], language: str
) -> tuple[GeneratedFile, ...]:
    stem = _STEM_PATTERN.sub("-", drawn.data.title.lower()).strip("-")[:40].strip("-")
    name = f"{stem}-chart" if stem else "a-chart"
    known = [{"id": source.file_id, "name": source.name} for source in sources if source.file_id]
    saved = {"easel_chart": 1, "sources": known, "spec": serialize_spec(spec)}
    encoded = (json.dumps(saved, ensure_ascii=False, indent=1) + "\n").encode()
    alt_text = describe_chart(drawn.data, language)
    return (
        GeneratedFile(f"{name}.png", "image/png", drawn.png, alt_text=alt_text),
        GeneratedFile(f"{name}.svg", "image/svg+xml", drawn.svg, alt_text=alt_text),
        GeneratedFile(f"{name.removesuffix('-chart')}{CSV_SUFFIX}", "text/csv", drawn.csv),
        GeneratedFile(SPEC_NAME, "application/json", encoded),
    )


def describe_chart(data: ChartData, language: str) -> Message:
    """Return a chart in words, for people who do not see it."""
    headings, rows = list_rows(data)
    said = [
        " ".join([str(row[0]), *(_format_cell(cell, language) for cell in row[1:])])
        for row in rows[:_MAX_ALT_VALUES]
    ]
    more = ["…"] if len(rows) > len(said) else []
    values = truncate("; ".join([*said, *more]), _MAX_ALT_CHARS)
    return Message(ALT_TEXTS[data.kind], title=data.title or headings[-1], values=values)


def _escape(text: str) -> str:
    return re.sub(r"[\\`*_\[\]|~<>]", " ", text).strip()
