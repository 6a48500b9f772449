"""Reads the styles of a Word document: which are headings, and which number their paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.xml_trees import find, find_value, list_children

_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|título|見出し)\s*([1-9])", re.IGNORECASE
)
_MAX_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style. `level` is that of a heading from 1, 0 for none."""

    level: int = 0
    number_id: str = ""
    number_level: str = ""


NO_STYLE = Style()


def read_styles(tree: Element | None) -> dict[str, Style]:
    """Return the styles of paragraphs by their ids."""
    raw = {one.get("w:styleId", ""): one for one in list_children(tree, "w:style")}
    return {name: _resolve(name, raw) for name in raw}


def find_style(styles: dict[str, Style], style_id: str) -> Style:
    """Return a style by its id; one that the document does not define, by what its id says."""
    known = styles.get(style_id)
    if known is not None:
        return known
    match = _HEADING.match(style_id)
    return Style(int(match[1])) if match else Style(1) if style_id == "Title" else NO_STYLE


def _resolve(name: str, raw: dict[str, Element]) -> Style:
    """Collect what a style and those that it is based on say."""
    level, number_id, number_level = 0, "", ""
    seen = set[str]()
    while name in raw and name not in seen and len(seen) < _MAX_CHAIN:
        seen.add(name)
        style = raw[name]
        level = level or _find_level(style)
        properties = find(style, "w:pPr/w:numPr")
        if properties is not None:
            number_id = number_id or find_value(properties, "w:numId")
            number_level = number_level or find_value(properties, "w:ilvl")
        name = find_value(style, "w:basedOn")
    return Style(level, number_id, number_level)


def _find_level(style: Element) -> int:
    outline = find_value(style, "w:pPr/w:outlineLvl")
    title = find_value(style, "w:name")
    match = _HEADING.match(title)
    if match:
        return int(match[1])
    if title.lower() == "title":
        return 1
    return int(outline) + 1 if outline.isdigit() and int(outline[:3]) < 9 else 0
