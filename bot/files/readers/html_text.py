"""Turns HTML into Markdown, in one pass and in time that grows with its length alone.

Fetches nothing and runs no script. The parser is libxml2's, which closes what was left open; it is
loaded with the first page.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

# Called with a picture's address and its description; returns what is shown there.
PictureNamer: TypeAlias = Callable[[str, str], str]

_SKIPPED = frozenset(
    ("script", "style", "title", "template", "noscript", "object", "select", "svg", "math")
)
_BLOCK_NAMES = (
    "address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody"
    " td tfoot th thead tr ul caption center legend option"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HEADINGS = {f"h{n}": "#" * n + " " for n in range(1, 7)}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "s": "~~", "del": "~~"}
_LINK_STARTS = ("http://", "https://", "mailto:", "tel:")
_MAX_TABLE_DEPTH, _MAX_INLINE_DEPTH, _MAX_LIST_DEPTH, _MAX_QUOTES = 20, 8, 12, 5
_MAX_SPAN, _MAX_COLUMNS, _MAX_LINK_CHARS, _MAX_ALT_CHARS = 50, 256, 1_000, 300
# Marks a block as an item of a list. Pages cannot hold it: see `_CONTROL`.
_ITEM = "\0"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_XML_DECLARATION = re.compile(r"\A\s*+<\?xml[^>]{0,500}\?>", re.IGNORECASE)


def convert_html(html: str, name_picture: PictureNamer | None = None) -> str:
    """Return the text of a page or of a part of one as Markdown; without `name_picture` each
    picture is “[picture]”. Raises `ImportError` without lxml."""
    from lxml import etree

    writer = _MarkdownWriter(name_picture or (lambda _source, _alt: "[picture]"))
    bare = _CONTROL.sub("", _XML_DECLARATION.sub("", html)).encode("utf-8", "replace")
    if not bare.strip():
        return ""
    parser = etree.HTMLParser(target=writer, encoding="utf-8", remove_comments=True)
    # What stood before a flaw is in the writer.
    with contextlib.suppress(etree.LxmlError):
        parser.feed(bare)
        parser.close()
    return writer.finish()


@dataclass
class _Table:
    """A table that is not yet closed: `rows` hold cells, a cell its blocks."""

    rows: list[list[list[str]]] = field(default_factory=list)
    has_tables: bool = False
    row_is_open: bool = False
    cell: list[str] | None = None
    # Blocks that stand in the table, but in no cell of it.
    loose: list[str] = field(default_factory=list)
    has_heads: bool = False


@dataclass
class _MarkdownWriter:
    """Collects blocks of Markdown from the events of a parser."""

    name_picture: PictureNamer
    blocks: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    # Open inline elements: tag, address of a link, number of pieces at its start.
    inline: list[tuple[str, str, int]] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)
    # Open lists: how many items a numbered one has so far, -1 for others.
    lists: list[int] = field(default_factory=list)
    prefix: str = ""
    skipped: int = 0
    deeper_tables: int = 0
    quotes: int = 0
    pre: int = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element, as lxml calls it."""
        if tag in _SKIPPED:
            self.skipped += 1
        if self.skipped:
            return
        if tag in _BLOCKS:
            self._flush()
            self._start_block(tag, attributes)
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "img":
            alt = " ".join(attributes.get("alt", "").split())[:_MAX_ALT_CHARS]
            self.pieces.append(self.name_picture(attributes.get("src", ""), alt))
        elif (tag in _MARKS or tag == "a") and len(self.inline) < _MAX_INLINE_DEPTH:
            self.inline.append((tag, attributes.get("href", ""), len(self.pieces)))

    def end(self, tag: str) -> None:
        """Take the end of an element, as lxml calls it."""
        if tag in _SKIPPED:
            self.skipped = max(0, self.skipped - 1)
        elif self.skipped:
            return
        elif tag in _BLOCKS:
            self._flush()
            self._end_block(tag)
        elif self.inline and self.inline[-1][0] == tag:
            self._end_inline()

    def data(self, text: str) -> None:
        """Take some text, as lxml calls it."""
        if not self.skipped:
            self.pieces.append(text if self.pre else re.sub(r"[ \t\r\n\f\xa0]+", " ", text))

    def close(self) -> None:
        """Take the end of the page, as lxml calls it."""

    def finish(self) -> str:
        """Return all blocks; closes what the page left open."""
        self._flush()
        while self.tables:
            self._end_table()
        return "\n\n".join(self.blocks).replace(f"\n\n{_ITEM}", "\n").replace(_ITEM, "")

    def _start_block(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            self._start_table()
        elif tag == "tr" and self.tables and not self.deeper_tables:
            self.tables[-1].rows.append([])
            self.tables[-1].row_is_open, self.tables[-1].cell = True, None
        elif tag in ("td", "th") and self.tables and not self.deeper_tables:
            self._start_cell(attributes)
            self.tables[-1].has_heads |= tag == "th"
        elif tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self.prefix = self._format_bullet()
        elif tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.pre += 1
        self.prefix = _HEADINGS.get(tag, self.prefix)

    def _end_block(self, tag: str) -> None:
        if tag == "table" and self.deeper_tables:
            self.deeper_tables -= 1
        elif tag == "table" and self.tables:
            self._end_table()
        elif tag in ("tr", "td", "th") and self.tables and not self.deeper_tables:
            self.tables[-1].row_is_open &= tag != "tr"
            self.tables[-1].cell = None
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "pre":
            self.pre = max(0, self.pre - 1)
        self.prefix = ""

    def _format_bullet(self) -> str:
        if not self.lists:
            return "- "
        indent = "  " * (min(len(self.lists), _MAX_LIST_DEPTH) - 1)
        if self.lists[-1] < 0:
            return f"{indent}- "
        self.lists[-1] += 1
        return f"{indent}{self.lists[-1]}. "

    def _end_inline(self) -> None:
        tag, address, start = self.inline.pop()
        text = "".join(self.pieces[start:])
        words = text.strip()
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        mark = _MARKS.get(tag, "")
        if tag == "a" and _is_worth_showing(address, words):
            self.pieces[start:] = [before, f"[{words}]({address.strip()})", after]
        elif mark and words:
            self.pieces[start:] = [before, mark, words, mark, after]

    def _flush(self) -> None:
        """End a block of text."""
        text = "".join(self.pieces)
        self.pieces.clear()
        self.inline.clear()
        if self.pre:
            lines = [line.rstrip() for line in text.strip("\n").split("\n")]
            block = "\n".join(["```", *lines, "```"]) if text.strip() else ""
        else:
            block = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
        if block:
            self._add_block(f"{self.prefix}{block}")
            self.prefix = ""

    def _add_block(self, block: str) -> None:
        quote = "> " * min(self.quotes, _MAX_QUOTES)
        if quote:
            block = "\n".join(f"{quote}{line}" for line in block.split("\n"))
        self._find_container().append(f"{_ITEM}{block}" if self.lists else block)

    def _find_container(self) -> list[str]:
        if not self.tables:
            return self.blocks
        table = self.tables[-1]
        return table.loose if table.cell is None else table.cell

    def _start_table(self) -> None:
        if len(self.tables) >= _MAX_TABLE_DEPTH:
            self.deeper_tables += 1
            return
        if self.tables:
            self.tables[-1].has_tables = True
        self.tables.append(_Table())

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        table = self.tables[-1]
        if not table.row_is_open:
            table.rows.append([])
            table.row_is_open = True
        row = table.rows[-1]
        if len(row) < _MAX_COLUMNS:
            table.cell = list[str]()
            row.append(table.cell)
        span = attributes.get("colspan", "").strip()
        columns = int(span[:4]) if span.isascii() and span.isdigit() else 1
        row.extend([] for _ in range(min(columns, _MAX_SPAN, _MAX_COLUMNS - len(row) + 1) - 1))

    def _end_table(self) -> None:
        table = self.tables.pop()
        where = self._find_container()
        where.extend(table.loose)
        rows = [row for row in table.rows if any(row)]
        is_list = max(map(len, rows), default=0) <= 1 and not table.has_heads
        if table.has_tables or is_list:
            # It lays the page out.
            where.extend(block for row in rows for cell in row for block in cell)
        else:
            where.append("\n".join(_format_rows(rows)))


def _is_worth_showing(address: str, words: str) -> bool:
    clean = address.strip()
    is_long = len(clean) > _MAX_LINK_CHARS or len(words) > _MAX_LINK_CHARS
    is_same = clean.removeprefix("mailto:").removeprefix("tel:") == words
    return clean.lower().startswith(_LINK_STARTS) and not is_long and not is_same


def _format_rows(rows: list[list[list[str]]]) -> Iterator[str]:
    """Format rows as a table of Markdown; its first row is its header."""
    width = max(map(len, rows))
    for number, row in enumerate(rows):
        cells = [" ".join(" ".join(cell).replace(_ITEM, " ").split()) for cell in row]
        cells = [cell.replace("|", "\\|") for cell in cells] + [""] * (width - len(row))
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"|{' --- |' * width}"
