"""Extract a table from data, and format data as Markdown, CSV or JSON. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.messages import Message, MessageList
from bot.domain.safe_text import truncate
from bot.structured_output.csv_text import format_csv_rows

# Slack shows 100 rows of 20 cells and 10,000 characters of a table in one message.
MAX_ROWS, MAX_COLUMNS, MAX_CHARS = 50, 20, 6_000
_MAX_CELL_CHARS = 200
_MAX_DEPTH = 4
# What Markdown would take for a mark. `<!` and `<@` are made harmless where the answer is shown.
_MARK_PATTERN = re.compile(
    r"[\\`*\[|]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|<(?=[A-Za-z/])|&(?=#?\w{1,32};)"
)

_EMPTY_TABLE_MESSAGE = Message("_There is nothing in this table._")
_MORE_ROWS_MESSAGE = "_The files hold {count:,} more row._"
_SEVERAL_MORE_ROWS_MESSAGE = "_The files hold {count:,} more rows._"
_MORE_COLUMNS_MESSAGE = "_The files hold {count:,} more column._"
_SEVERAL_MORE_COLUMNS_MESSAGE = "_The files hold {count:,} more columns._"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under column names; every row has one cell for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    title: str = ""
    summary: str = ""


def extract_table(value: Any) -> Table | None:
    """Return the table in `value`: of our own schema, or the first list of objects; else None."""
    title, summary = _get_text(value, "title"), _get_text(value, "summary")
    parts = value if isinstance(value, Mapping) else {}
    if _is_list(parts.get("columns")) and _is_list(parts.get("rows")):
        columns = [str(column) for column in parts["columns"]]
        rows = [list(row) if _is_list(row) else [row] for row in parts["rows"]]
        return _build_table(columns, rows, title, summary)
    objects = _find_objects(value, _MAX_DEPTH)
    if not objects:
        return None
    columns = list(dict.fromkeys(key for item in objects for key in item))
    return _build_table(
        columns, [[item.get(key) for key in columns] for item in objects], title, summary
    )


def format_markdown(table: Table) -> MessageList:
    """Return as much of the table as Slack shows, and a note on what only the files hold."""
    heading = [f"**{format_cell(table.title)}**"] if table.title else []
    heading += [format_cell(table.summary)] if table.summary else []
    if not table.columns:
        return MessageList([*heading, _EMPTY_TABLE_MESSAGE], "\n\n")
    columns = table.columns[:MAX_COLUMNS]
    lines = [format_row(columns), "|" + " --- |" * len(columns)]
    char_count, shown_count = sum(map(len, lines)), 0
    for row in table.rows[:MAX_ROWS]:
        line = format_row(row[: len(columns)])
        char_count += len(line)
        if char_count > MAX_CHARS:
            break
        lines.append(line)
        shown_count += 1
    omissions = _list_omissions(len(table.rows) - shown_count, len(table.columns) - len(columns))
    return MessageList([*heading, "\n".join(lines), *omissions], "\n\n")


def format_csv(table: Table) -> str:
    """Return the whole table as CSV. No spreadsheet takes a cell of it for a formula."""
    return format_csv_rows(table.columns, table.rows, "\r\n")


def format_json(value: Any) -> str:
    """Return `value` as an indented JSON file."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def format_code_block(value: Any, max_chars: int = 3_000) -> str:
    """Return data that is no table as a code block for a message, cut at a line if too long."""
    text = json.dumps(value, ensure_ascii=False, indent=2).replace("```", "'''")
    if len(text) > max_chars:
        text = text[:max_chars].rsplit("\n", 1)[0] + "\n…"
    return f"```json\n{text}\n```"


def _build_table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str, summary: str
) -> Table:
    width = max([len(columns), *(len(row) for row in rows)], default=0)
    names = [*columns, *(f"column {number + 1}" for number in range(len(columns), width))]
    return Table(
        tuple(names),
        tuple((*row, *([None] * (width - len(row)))) for row in rows),
        title,
        summary,
    )


def _find_objects(value: Any, depth: int) -> list[Mapping[str, Any]]:
    if _is_list(value) and value and all(isinstance(item, Mapping) for item in value):
        return list(value)
    if depth == 0 or not isinstance(value, Mapping):
        return []
    for inner in value.values():
        found = _find_objects(inner, depth - 1)
        if found:
            return found
    return []


def _list_omissions(row_count: int, column_count: int) -> list[Message]:
    rows = Message(_MORE_ROWS_MESSAGE, plural=_SEVERAL_MORE_ROWS_MESSAGE, count=row_count)
    columns = Message(
        _MORE_COLUMNS_MESSAGE, plural=_SEVERAL_MORE_COLUMNS_MESSAGE, count=column_count
    )
    return [*([rows] if row_count > 0 else []), *([columns] if column_count > 0 else [])]


def format_row(cells: Sequence[Any]) -> str:
    """Return one row of a Markdown table."""
    return "| " + " | ".join(format_cell(cell) or " " for cell in cells) + " |"


def format_cell(value: Any) -> str:
    """Return a cell that shows `value` as it is: data is no Markdown, whatever it looks like."""
    text = " ".join(_format_value(value).split())
    return _MARK_PATTERN.sub(r"\\\g<0>", truncate(text, _MAX_CELL_CHARS))


def _format_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _get_text(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)
