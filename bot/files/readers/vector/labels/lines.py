"""Reads the HTML of a label into lines of words with their look. Pure: places nothing.

Expects styles that are resolved (`css/cascade.py`), and HTML as elements of the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import get_local_name
from bot.files.readers.vector.labels.looks import Look, change_look, read_length, read_style

_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
     "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "html",
     "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
     "thead", "tr", "ul", "flowPara", "flowDiv")
)  # fmt: skip
_UNSEEN = frozenset(
    ("script", "style", "head", "title", "template", "noscript", "annotation", "annotation-xml",
     "svg", "flowRegion", "defs", "option")
)  # fmt: skip
_MARGINS = {"p": 1.0, "ul": 1.0, "ol": 1.0, "pre": 1.0, "h1": 0.67, "h2": 0.83, "h3": 1.0}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MAX_LINES, _MAX_LEVELS = 500, 40


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one look."""

    text: str
    look: Look


@dataclass(slots=True)
class Line:
    """Cells of words from left to right, mostly one; or a rule across. `space` comes before it."""

    cells: list[list[Words]]
    look: Look
    space: float = 0.0
    is_rule: bool = False

    @property
    def text(self) -> str:
        """The words alone."""
        return "  ".join("".join(words.text for words in cell) for cell in self.cells).strip()


def read_lines(
    element: Element, look: Look, entered: frozenset[Element] = frozenset()
) -> list[Line]:
    """Return the lines of an element's words, and of what is in it.

    The margins of boxes that were `entered` are part of the room already.
    """
    reader = _Reader(entered)
    reader.read(element, look, 0)
    reader.end_line()
    return reader.lines[:_MAX_LINES]


@dataclass(slots=True)
class _Reader:
    entered: frozenset[Element]
    lines: list[Line] = field(default_factory=list)
    _cells: list[list[Words]] = field(default_factory=lambda: [[]])
    _look: Look = field(default_factory=Look)
    _space: float = 0.0
    _is_in_row: bool = False

    def read(self, element: Element, look: Look, level: int) -> None:
        self._add(element.text or "", look)
        is_counted = get_local_name(element) == "ol"
        for place, child in enumerate(element):
            if level < _MAX_LEVELS and len(self.lines) < _MAX_LINES:
                self._read_child(child, look, level, f"{place + 1}. " if is_counted else "• ")
            self._add(child.tail or "", look)

    def end_line(self, *, keeps_empty: bool = False) -> None:
        """Begin a new line, if there is anything in this one."""
        if any(self._cells) or keeps_empty:
            line = Line(self._cells, self._look, self._space)
            if line.text or keeps_empty:
                self.lines.append(line)
            self._cells, self._space = [[]], 0.0

    def _read_child(self, child: Element, look: Look, level: int, bullet: str) -> None:
        name, style = get_local_name(child), read_style(child)
        if name in _UNSEEN or style.get("display") == "none" or child.get("hidden") is not None:
            return
        if name in ("br", "hr"):
            self._end_by(name, look)
            return
        inner = change_look(child, name, style, look)
        display = style.get("display", "")
        if name in ("td", "th") or (display == "table-cell" and self._is_in_row):
            self._cells += [[]] if any(self._cells) else []
            self.read(child, inner, level + 1)
        elif name == "tr":
            self.end_line()
            was_in_row, self._is_in_row = self._is_in_row, True
            self.read(child, inner, level + 1)
            self._is_in_row = was_in_row
            self.end_line()
        elif name in _BLOCKS or display in ("block", "flex", "grid", "table"):
            self._read_block(child, style, inner, level, bullet)
        else:
            self.read(child, inner, level + 1)

    def _read_block(
        self, child: Element, style: dict[str, str], inner: Look, level: int, bullet: str
    ) -> None:
        name = get_local_name(child)
        if self._is_in_row:
            self._add(" ", inner)
            self.read(child, inner, level + 1)
            return
        self.end_line()
        if child not in self.entered:
            self._add_margin(style, name, inner, "margin-top", "padding-top")
        if name == "li":
            self._append(bullet, inner)
        self.read(child, inner, level + 1)
        self.end_line()
        if child not in self.entered:
            self._add_margin(style, name, inner, "margin-bottom", "padding-bottom")

    def _add_margin(
        self, style: dict[str, str], name: str, look: Look, margin: str, padding: str
    ) -> None:
        usual = _MARGINS.get(name, 0.0) * look.size
        text = style.get(margin) or _choose_side(style.get("margin", ""), margin)
        given = read_length(text, 0, look.size) if text else None
        inside = read_length(style.get(padding, ""), 0, look.size) or 0.0
        outside = given if given is not None else 0.0 if text else usual
        self._space = max(self._space, min(100.0, outside + inside))

    def _end_by(self, name: str, look: Look) -> None:
        if name == "hr":
            self.end_line()
            self.lines.append(Line([[]], look, self._space, is_rule=True))
            self._space = 0.0
            return
        if not any(self._cells):
            self._look = look
        self.end_line(keeps_empty=True)

    def _add(self, text: str, look: Look) -> None:
        if look.is_pre:
            for part in _list_with_breaks(text):
                if part == "\n":
                    self.end_line(keeps_empty=True)
                else:
                    self._append(part, look)
            return
        joined = _SPACES.sub(" ", text)
        if not any(self._cells[-1]) or self._cells[-1][-1].text.endswith(" "):
            joined = joined.lstrip(" ")
        self._append(joined, look)

    def _append(self, text: str, look: Look) -> None:
        if text:
            if not any(self._cells):
                self._look = look
            self._cells[-1].append(Words(text, look))


def _list_with_breaks(text: str) -> Iterator[str]:
    for place, part in enumerate(text.expandtabs(4).split("\n")):
        if place:
            yield "\n"
        if part:
            yield part


def _choose_side(text: str, side: str) -> str:
    """Return the upper or lower one of the margins that are said together."""
    parts = text.split()
    if not parts:
        return ""
    return parts[2] if side.endswith("bottom") and len(parts) > 2 else parts[0]
