"""Format rows as a table for a terminal. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

MAX_CELL_CHARS = 60


def format_table(
    rows: Sequence[Sequence[str]], *, left: int = 1, most: int = MAX_CELL_CHARS
) -> str:
    """Return lines of columns; the first `left` ones begin at the left, the others end at the
    right. A cell has at most `most` characters."""
    cells = [[_shorten(cell, most) for cell in row] for row in rows]
    widths = [max(_count_columns(row[i]) for row in cells) for i in range(len(cells[0]))]
    return "".join(
        "  ".join(
            _fill(cell, width, is_left=index < left)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        + "\n"
        for row in cells
    )


def _shorten(cell: str, most: int) -> str:
    """Return a cell that stays on its line."""
    # What comes from elsewhere must not steer the terminal.
    cell = "".join(sign if sign.isprintable() else " " for sign in cell)
    # Links have to stay whole.
    is_short = len(cell) <= most or cell.startswith("http")
    return cell if is_short else cell[: most - 1] + "…"


def _fill(cell: str, width: int, *, is_left: bool) -> str:
    blanks = " " * (width - _count_columns(cell))
    return cell + blanks if is_left else blanks + cell


def _count_columns(text: str) -> int:
    """Count the columns of a terminal that `text` takes; Chinese and Japanese signs take two."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
