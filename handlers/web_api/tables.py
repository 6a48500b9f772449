"""Finds tables in Markdown and builds Slack's two kinds of table blocks of them. Pure.

`data_table` (sorted, filtered and turned over by pages in Slack) holds more than `table`. Blocks
are plain dicts: slack_sdk drops kinds that it does not know, and 2,000 of its cells take 60 ms,
which would hold up every other answer. See `cell_text.py` for the text of a cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.delivery.escaper import escape_cell
from bot.domain.messages import Message
from bot.domain.safe_text import truncate
from handlers.web_api.cell_text import read_cell_text

MAX_TABLE_COLUMNS = 20
# Slack's limits for `table`, of which a message may have one (docs.slack.dev, "Table block").
MAX_TABLE_ROWS, MAX_TABLE_CHARS = 100, 10_000
# And for `data_table`; the first row is its header (docs.slack.dev, "Data table block").
MIN_DATA_TABLE_ROWS, MAX_DATA_TABLE_ROWS, MAX_DATA_TABLE_CHARS = 2, 201, 20_000
# As many rows as fit a screen; Slack shows 5 unless it is told.
PAGE_SIZE = 20
TABLE_CAPTION = Message("Table")
MAX_CAPTION_CHARS = 150
# A longer cell makes its column no wider where a table is aligned by spaces.
_MAX_ALIGNED_CHARS = 60

_TABLE_PATTERN = re.compile(
    r"^[ ]{0,3}\|(?P<head>[^\n]+)\|[ ]*\n[ ]{0,3}\|(?P<rule>[ :|-]+)\|[ ]*"
    r"(?P<body>(?:\n[ ]{0,3}\|[^\n]+\|[ ]*)*)(?:\n|\Z)",
    re.MULTILINE,
)
_CODE_FENCE_PATTERN = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_CELL_SEPARATOR_PATTERN = re.compile(r"(?<!\\)\|")
_HEADING_PATTERN = re.compile(r"#{1,6}[ \t]+\S|\*\*[^*]+\*\*:?\Z")


@dataclass(frozen=True, slots=True)
class MarkdownTable:
    """A table in a text: its rows of plain text, column names first, and where it starts and ends.

    `caption` is the heading above it, or "".
    """

    rows: tuple[tuple[str, ...], ...]
    start: int
    end: int
    caption: str = ""

    @property
    def fits_table(self) -> bool:
        """Whether Slack takes it as a `table`."""
        return len(self.rows) <= MAX_TABLE_ROWS and self._count_chars() <= MAX_TABLE_CHARS

    @property
    def fits_data_table(self) -> bool:
        """Whether Slack takes it as a `data_table`."""
        has_rows = MIN_DATA_TABLE_ROWS <= len(self.rows) <= MAX_DATA_TABLE_ROWS
        return has_rows and self._count_chars() <= MAX_DATA_TABLE_CHARS

    def _count_chars(self) -> int:
        # An empty cell is sent as a space.
        return sum(len(cell) or 1 for row in self.rows for cell in row)


@lru_cache(maxsize=8)
def find_table(text: str) -> MarkdownTable | None:
    """Return the first Markdown table outside code, None if it is larger than Slack allows."""
    fences = _CODE_FENCE_PATTERN.finditer(text)
    fence, is_in_code = next(fences, None), False
    for match in _TABLE_PATTERN.finditer(text):
        while fence is not None and fence.start() < match.start():
            fence, is_in_code = next(fences, None), not is_in_code
        if is_in_code or not _has_rule(match):
            continue
        rows = _split_rows(match)
        # What is too large is not filled up: that would be much larger still.
        if len(rows) > MAX_DATA_TABLE_ROWS or len(rows[0]) > MAX_TABLE_COLUMNS:
            return None
        table = _build_table(rows, match, _find_caption(text[: match.start()]))
        return table if table.fits_table or table.fits_data_table else None
    return None


def build_richest_block(table: MarkdownTable) -> dict[str, Any]:
    """Return the block that shows most of what a table can be."""
    return build_data_table_block(table) if table.fits_data_table else build_table_block(table)


def build_data_table_block(table: MarkdownTable) -> dict[str, Any]:
    """Return the `data_table` of a table that fits one."""
    return {
        "type": "data_table",
        "caption": truncate(table.caption or TABLE_CAPTION, MAX_CAPTION_CHARS),
        "rows": _build_cells(table),
        "page_size": min(PAGE_SIZE, len(table.rows) - 1),
    }


def build_table_block(table: MarkdownTable) -> dict[str, Any]:
    """Return the `table` of a table that fits one."""
    return {"type": "table", "rows": _build_cells(table)}


def format_text_table(table: MarkdownTable) -> str:
    """Return the table as lines of equal columns in a code block, for text without Markdown."""
    widths = [
        min(max(map(len, column)), _MAX_ALIGNED_CHARS) for column in zip(*table.rows, strict=True)
    ]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table.rows
    ]
    rule = "  ".join("-" * max(width, 1) for width in widths)
    body = "\n".join([lines[0], rule, *lines[1:]]).replace("```", "'''")
    return f"\n```\n{body}\n```\n"


def _build_cells(table: MarkdownTable) -> list[list[dict[str, str]]]:
    # Slack accepts no empty cell.
    return [[{"type": "raw_text", "text": cell or " "} for cell in row] for row in table.rows]


def _has_rule(match: re.Match[str]) -> bool:
    """Whether the second line is a rule with as many columns as the first."""
    rule, head = (_CELL_SEPARATOR_PATTERN.split(match[name]) for name in ("rule", "head"))
    return "-" in match["rule"] and len(rule) == len(head)


def _build_table(
    rows: Sequence[Sequence[str]], match: re.Match[str], caption: str
) -> MarkdownTable:
    """Give every row as many cells as the first has."""
    width = len(rows[0])
    even_rows = tuple(
        tuple(_read_cell(cell.replace("\\|", "|")) for cell in [*row, *[""] * width][:width])
        for row in rows
    )
    return MarkdownTable(even_rows, match.start(), match.end(), caption)


def _read_cell(markdown: str) -> str:
    return escape_cell(read_cell_text(markdown), markdown)


def _split_rows(match: re.Match[str]) -> list[list[str]]:
    lines = [match["head"], *(line.strip()[1:-1] for line in match["body"].split("\n") if line)]
    return [_CELL_SEPARATOR_PATTERN.split(line) for line in lines]


def _find_caption(before: str) -> str:
    """Return the heading right above a table, as plain text."""
    line = before.rstrip().rpartition("\n")[2].strip()
    if not _HEADING_PATTERN.match(line):
        return ""
    return _read_cell(line.lstrip("#").rstrip("#")).rstrip(": ")
