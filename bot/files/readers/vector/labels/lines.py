"""Reads the HTML of a label into lines of words with their look. Pure: places nothing.

Expects styles that are resolved (`css/cascade.py`), and HTML as elements of the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import get_local_name

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
_SIZES = {
    "h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 0.83, "big": 1.2,
    "sub": 0.75, "sup": 0.75,
}  # fmt: skip
_NAMED_SIZES = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
    "xx-large": 32.0,
}  # fmt: skip
_FONT_SIZES = (10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "": 1.0, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78}
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|pc|in|cm|mm|em|rem|%)?", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MAX_LINES, _MAX_LEVELS, _INDENT = 500, 40, 20.0


@dataclass(frozen=True, slots=True)
class Look:
    """How words look, and how their lines are set. Sizes are in pixels."""

    size: float = 16.0
    family: str = "serif"
    colour: str = "#000000"
    background: str = ""
    is_bold: bool = False
    is_italic: bool = False
    decoration: str = ""
    align: str = "left"
    line_height: float = 1.2
    wraps: bool = True
    is_pre: bool = False
    indent: float = 0.0


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


def read_length(text: str, whole: float, em: float = 16.0) -> float | None:
    """Return a length in pixels, of `whole` where it is a share; None for none."""
    match = _LENGTH.fullmatch(text.strip()[:40])
    if match is None:
        return None
    unit = (match[2] or "").lower()
    per_unit = {"%": whole / 100, "em": em, "rem": 16.0}.get(unit, _PIXELS.get(unit, 1.0))
    return float(match[1]) * per_unit


def read_style(element: Element) -> dict[str, str]:
    """Return the properties of an element's own style."""
    parts = (part.partition(":") for part in element.get("style", "").split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts if value}


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
            self._break(name, look)
            return
        inner = _restyle(child, name, style, look)
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
        text = style.get(margin) or _pick_side(style.get("margin", ""), margin)
        given = read_length(text, 0, look.size) if text else None
        inside = read_length(style.get(padding, ""), 0, look.size) or 0.0
        outside = given if given is not None else 0.0 if text else usual
        self._space = max(self._space, min(100.0, outside + inside))

    def _break(self, name: str, look: Look) -> None:
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


def _pick_side(text: str, side: str) -> str:
    """Return the upper or lower one of the margins that are said together."""
    parts = text.split()
    if not parts:
        return ""
    return parts[2] if side.endswith("bottom") and len(parts) > 2 else parts[0]


def _restyle(element: Element, name: str, style: dict[str, str], look: Look) -> Look:
    """Return the look within an element."""
    changes: dict[str, object] = {"size": _find_size(element, name, style, look)}
    weight = style.get(
        "font-weight",
        "bold" if name in ("b", "strong", "th") or (name in _MARGINS and name[0] == "h") else "",
    )
    if weight:
        changes["is_bold"] = weight in ("bold", "bolder") or (
            weight.isdecimal() and int(weight) > 550
        )
    slant = style.get("font-style", "italic" if name in ("i", "em", "cite", "var") else "")
    if slant:
        changes["is_italic"] = slant.startswith(("italic", "oblique"))
    family = style.get("font-family") or element.get("face", "")
    if name in ("code", "pre", "tt", "kbd", "samp"):
        family = family or "monospace"
    if family:
        changes["family"] = family
    colour = style.get("color") or (element.get("color", "") if name == "font" else "")
    if colour and colour.lower() not in ("inherit", "currentcolor"):
        changes["colour"] = colour
    background = style.get("background-color", "")
    if background:
        changes["background"] = "" if background.endswith(",0)") else background
    changes |= _find_setting(element, name, style, look)
    return replace(look, **changes)  # type: ignore[arg-type]


def _find_setting(
    element: Element, name: str, style: dict[str, str], look: Look
) -> dict[str, object]:
    """Return what changes of how lines are set."""
    changes = dict[str, object]()
    align = (
        style.get("text-align")
        or element.get("align", "")
        or ("center" if name == "center" else "")
    )
    if align in ("left", "right", "center", "start", "end"):
        changes["align"] = {"start": "left", "end": "right"}.get(align, align)
    lines = style.get("text-decoration") or style.get("text-decoration-line", "")
    tags = {
        "u": "underline",
        "ins": "underline",
        "s": "line-through",
        "del": "line-through",
        "strike": "line-through",
    }
    drawn = [
        word for word in ("underline", "line-through") if word in f"{lines} {tags.get(name, '')}"
    ]
    if drawn:
        changes["decoration"] = " ".join(drawn)
    height = style.get("line-height", "")
    if height and height != "normal":
        bare = re.fullmatch(r"\d*\.?\d+", height)
        size = float(changes.get("size", look.size))  # type: ignore[arg-type]
        length = float(height) if bare else (read_length(height, size, size) or 0) / max(size, 1)
        changes["line_height"] = min(4.0, length) or look.line_height
    white = style.get("white-space", "pre" if name == "pre" else "")
    if white:
        changes["wraps"] = white not in ("nowrap", "pre")
        changes["is_pre"] = white in ("pre", "pre-wrap", "break-spaces", "pre-line")
    if name in ("ul", "ol", "blockquote"):
        changes["indent"] = look.indent + _INDENT
    return changes


def _find_size(element: Element, name: str, style: dict[str, str], look: Look) -> float:
    text = style.get("font-size", "").lower()
    size = _NAMED_SIZES.get(text) or (read_length(text, look.size, look.size) if text else None)
    if size is None and name == "font" and element.get("size", "").isdecimal():
        size = _FONT_SIZES[min(7, max(1, int(element.get("size", "3")[:2]))) - 1]
    if size is None:
        size = look.size * _SIZES.get(name, 1.0)
    return min(2_000.0, max(0.0, size))
