"""Formats the rows of a table as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.parsing.content.state import ReadState

MAX_COLUMNS = 50


def format_table(rows: Sequence[Sequence[str]], state: ReadState) -> str:
    """Return a table with its first row as the head, "" where no cell says anything.

    The cells that a row lacks count as parts, too: a few rows could ask for millions.
    """
    width = min(max((len(row) for row in rows), default=0), MAX_COLUMNS)
    if not any(cell.strip() for row in rows for cell in row):
        return ""
    lines = [_format_row(rows[0], width), _format_row(["---"] * width, width)]
    for row in rows[1:]:
        if not state.take_room(max(width - len(row), 0)):
            break
        lines.append(_format_row(row, width))
    return "\n".join(lines)


def _format_row(row: Sequence[str], width: int) -> str:
    cells = [_format_cell(cell) for cell in row[:width]]
    return "| " + " | ".join(cells + [""] * (width - len(cells))) + " |"


def _format_cell(text: str) -> str:
    """Return the cell on one line, in which no character ends the cell."""
    return " ".join(text.split()).replace("|", "\\|")
