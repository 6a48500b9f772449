"""Reads blocks that hold data: tables and charts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.parsing.content.elements import read_text_object, read_unknown
from handlers.parsing.content.rich_text import read_inline, read_rich_text
from handlers.parsing.content.state import ReadState
from handlers.parsing.content.tables import MAX_COLUMNS, format_table
from handlers.parsing.fields import read_mapping, read_mappings

Block = Mapping[str, Any]


def read_table(block: Block, state: ReadState) -> str:
    """Return a table, with its caption where it has one."""
    raw_rows = block.get("rows")
    rows = []
    for row in raw_rows if isinstance(raw_rows, list) else []:
        if not state.take_part():
            break
        rows.append([_read_cell(cell, state) for cell in state.take_parts(row)])
    caption = read_text_object(block.get("caption") or block.get("title"), state)
    return "\n\n".join(text for text in (caption, format_table(rows, state)) if text)


def _read_cell(cell: Block, state: ReadState) -> str:
    if cell.get("type") == "rich_text":
        return read_rich_text(cell, state)
    for name in ("text", "value", "number"):
        value = cell.get(name)
        if isinstance(value, Mapping):
            return read_text_object(value, state)
        if text := _read_value(value, state):
            return text
    return read_inline(cell.get("elements"), state)


def read_chart(block: Block, state: ReadState) -> str:
    """Return a chart as its title and a table of its values."""
    chart = read_mapping(block, "chart") or block
    segments = read_mappings(chart.get("segments"))
    series = state.take_parts(chart.get("series"))
    if len(series) >= MAX_COLUMNS:
        state.has_left_out_parts = True
        series = series[: MAX_COLUMNS - 1]
    rows = [["", *(_read_label(one, state) for one in series)]] if series else [["", "Value"]]
    values: dict[str, dict[int, str]] = {}
    for number, one in enumerate(series or [{"data": segments}]):
        for point in state.take_parts(one.get("data") or one.get("points") or one.get("values")):
            values.setdefault(_read_label(point, state), {})[number] = _read_point(point, state)
    for label, by_series in values.items():
        if not state.take_room(len(rows[0])):
            break
        rows.append([label, *(by_series.get(number, "") for number in range(len(rows[0]) - 1))])
    title = read_text_object(block.get("title") or chart.get("title"), state)
    table = format_table(rows, state) if values else ""
    texts = [text for text in (f"(Chart: {title})" if title else "", table) if text]
    return "\n\n".join(texts) or read_unknown(block, state)


def _read_point(point: Block, state: ReadState) -> str:
    return _read_value(point.get("value"), state) or _read_value(point.get("y"), state)


def _read_label(item: Block, state: ReadState) -> str:
    for name in ("label", "name", "x", "title"):
        value = item.get(name)
        is_number = isinstance(value, int | float)
        if text := _read_value(value, state) if is_number else read_text_object(value, state):
            return text
    return ""


def _read_value(value: object, state: ReadState) -> str:
    """Return a number as people write it, one of thousands of digits not written out, or a text."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int) and abs(value) >= 10**30:
        return state.take_text("a very large number")
    if isinstance(value, int | float):
        return state.take_text(str(value) if isinstance(value, int) else f"{value:.15g}")
    return state.take_text(value)
