"""Formats rows as a table of Markdown, within bounds. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.readers.text_files import split_pages, truncate_text
from bot.files.unreadable import build_unreadable_error

MAX_COLUMNS, MAX_CELL_CHARS = 100, 1_000


def format_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows under their heads; longer cells are cut off, further columns are left out."""
    return "\n".join(_format_rows(heads[:MAX_COLUMNS], rows))


def _format_rows(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(map(format_cell, heads))} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        cells = [format_cell(cell) for cell in row[: len(heads)]]
        yield f"| {' | '.join([*cells, *[''] * (len(heads) - len(cells))])} |"


def format_cell(value: object) -> str:
    """Return a value as it is written in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value):,} bytes]"
    text = str(value)
    cut = text[:MAX_CELL_CHARS] + ("…" if len(text) > MAX_CELL_CHARS else "")
    clean = "".join(c if c.isprintable() else " " for c in cut)
    return " ".join(clean.split()).replace("|", "\\|")


def build_text_file(name: str, kind: str, text: str, count: int | None = None) -> ParsedFile:
    """Return a text as a file in pages. Raises `UnreadableError` if there is none."""
    if not text.strip():
        raise build_unreadable_error(name, "empty")
    text, left_out = truncate_text(text)
    pages = tuple(split_pages(text))
    return ParsedFile(clean_name(name), kind, (), pages, count or len(pages), left_out)
