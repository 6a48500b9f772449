"""Writes what Office files have in common as Markdown: tables, emphasis, links. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_MAX_URL_CHARS = 500
_BLANKS = re.compile(r"[ \t\xa0]*\n\s*")
# Characters that XML allows and that are of no use in a text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def format_table(rows: Sequence[Sequence[str]], max_columns: int = 256) -> Iterator[str]:
    """Yield the lines of a table; its first row is the header. Cells are escaped before."""
    width = min(max(map(len, rows), default=0), max_columns)
    for number, row in enumerate(rows):
        cells = [*row[:width], *[""] * (width - len(row))]
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"|{' --- |' * width}"


def escape_cell(text: str) -> str:
    """Return a text as it can stand in a table: on one line, with its bars escaped."""
    return _BLANKS.sub("<br>", text.strip()).replace("|", "\\|")


def mark_text(text: str, mark: str, end: str = "") -> str:
    """Put a mark around a text, within its outer blanks."""
    inner = text.strip()
    if not inner:
        return text
    start = text.index(inner)
    return f"{text[:start]}{mark}{inner}{end or mark}{text[start + len(inner) :]}"


def format_link(text: str, url: str) -> str:
    """Return a link; the bare text where the address is none that people open."""
    url = clean_text(url).strip()[:_MAX_URL_CHARS]
    is_web = url.lower().startswith(("http://", "https://", "mailto:", "ftp://", "tel:"))
    if not is_web or not text.strip():
        return text if text.strip() else url if is_web else text
    bare = url.removeprefix("mailto:")
    if text.strip() in (url, bare, bare.rstrip("/")):
        return text
    return mark_text(text, "[", f"]({url.replace(' ', '%20').replace(')', '%29')})")


def clean_text(text: str) -> str:
    """Return a text without control codes."""
    return _CONTROL.sub("", text.replace("\r", "\n"))


def join_blocks(blocks: Iterable[str]) -> str:
    """Join blocks with an empty line between them; the items of a list follow each other."""
    text, is_item = list[str](), False
    for block in blocks:
        if not block.strip():
            continue
        was_item, is_item = is_item, is_list_item(block)
        if text:
            text.append("\n" if was_item and is_item else "\n\n")
        text.append(block)
    return "".join(text)


_ITEM = re.compile(r"\s*(?:- |\(?[\w.]{1,12}[.)] )")


def is_list_item(block: str) -> bool:
    """Whether a block is an item of a list, on one line."""
    return "\n" not in block and _ITEM.match(block) is not None
