"""Markdown tables as Slack's own table block. Pure; docs.slack.dev, "Table block"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

# Slack's bounds for the one table that a message may have.
MOST_ROWS, MOST_CELLS, MOST_CHARACTERS = 100, 20, 10_000
_TABLE = re.compile(
    r"^[ ]{0,3}\|(?P<head>[^\n]+)\|[ ]*\n[ ]{0,3}\|(?P<rule>[ :|-]+)\|[ ]*"
    r"(?P<body>(?:\n[ ]{0,3}\|[^\n]+\|[ ]*)*)(?:\n|\Z)",
    re.MULTILINE,
)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_CELLS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table's rows, the names of the columns first, and where it stands in the text."""

    rows: tuple[tuple[str, ...], ...]
    start: int
    end: int


def find_table(text: str) -> FoundTable | None:
    """The first Markdown table outside code, if Slack shows one of its size."""
    for found in _TABLE.finditer(text):
        if len(_FENCE.findall(text[: found.start()])) % 2:
            continue
        lines = [found["head"], *(line.strip()[1:-1] for line in found["body"].split("\n") if line)]
        rows = [tuple(_cell(cell) for cell in _CELLS.split(line)) for line in lines]
        width = len(rows[0])
        if "-" not in found["rule"] or len(_CELLS.split(found["rule"])) != width:
            continue
        even = tuple((row + ("",) * width)[:width] for row in rows)
        size = sum(len(cell) for row in even for cell in row)
        fits = len(even) <= MOST_ROWS and width <= MOST_CELLS and size <= MOST_CHARACTERS
        return FoundTable(even, found.start(), found.end()) if fits else None
    return None


def table_block(table: FoundTable) -> dict[str, Any]:
    """The table as a block. Slack takes no empty cell."""
    rows = [[{"type": "raw_text", "text": cell or " "} for cell in row] for row in table.rows]
    return {"type": "table", "rows": rows}


def _cell(text: str) -> str:
    plain = text.strip().replace("\\|", "|")
    return re.sub(r"\*\*([^*]+)\*\*|`([^`]+)`", lambda found: found[1] or found[2], plain)
