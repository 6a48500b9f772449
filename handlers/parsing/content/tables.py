"""Formats the rows of a table as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Sequence

MAX_COLUMNS = 50


def format_table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table with its first row as the head, "" where no cell says anything."""
    width = min(max((len(row) for row in rows), default=0), MAX_COLUMNS)
    if not any(cell.strip() for row in rows for cell in row):
        return ""
    lines = [_format_row(row, width) for row in rows]
    return "\n".join([lines[0], _format_row(["---"] * width, width), *lines[1:]])


def _format_row(row: Sequence[str], width: int) -> str:
    cells = [_format_cell(cell) for cell in row[:width]]
    return "| " + " | ".join(cells + [""] * (width - len(cells))) + " |"


def _format_cell(text: str) -> str:
    """Return the cell on one line, in which no character ends the cell."""
    return " ".join(text.split()).replace("|", "\\|")
