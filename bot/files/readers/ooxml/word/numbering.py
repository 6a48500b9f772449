"""Counts the numbered paragraphs of a Word document as Word does: “2.1”, “(a)”, “iv.”."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.xml_trees import find, find_value, is_on, list_children

_LEVELS = 9
_MAX_LABEL_CHARS = 40
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_JAPANESE = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    kind: str = "decimal"
    text: str = ""
    start: int = 1
    is_legal: bool = False
    restarts_after: int = -1


@dataclass
class Numbering:
    """The lists of a document, and how far each is counted."""

    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _started: set[str] = field(default_factory=set)
    _overrides: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, tree: Element | None) -> Numbering:
        """Read `numbering.xml`."""
        numbering = cls()
        abstract = {
            one.get("w:abstractNumId", ""): one for one in list_children(tree, "w:abstractNum")
        }
        by_style = {find_value(one, "w:styleLink"): one for one in abstract.values()}
        for number in list_children(tree, "w:num"):
            key = find_value(number, "w:abstractNumId")
            definition = abstract.get(key)
            if definition is not None and (linked := find_value(definition, "w:numStyleLink")):
                definition = by_style.get(linked, definition)
            number_id = number.get("w:numId", "")
            levels = _read_levels(definition)
            starts = dict[int, int]()
            for override in list_children(number, "w:lvlOverride"):
                level = _parse_number(override.get("w:ilvl", ""), 0)
                levels |= _read_levels(override)
                if find(override, "w:startOverride") is not None:
                    starts[level] = _parse_number(find_value(override, "w:startOverride"), 1)
            numbering.lists[number_id] = (key, levels)
            numbering._overrides[number_id] = starts
        return numbering

    def count(self, number_id: str, level_text: str) -> str:
        """Return the label of the next paragraph of a list, indented; "" for no list."""
        if number_id not in self.lists:
            return ""
        key, levels = self.lists[number_id]
        level = min(_parse_number(level_text, 0), _LEVELS - 1)
        kind = levels.get(level, Level())
        indent = "  " * level
        if kind.kind == "bullet":
            return f"{indent}- "
        counts = self._count_up(number_id, key, levels, level)
        if kind.kind == "none" or not kind.text:
            return f"{indent}- " if not kind.text and kind.kind != "none" else ""

        def write(match: re.Match[str]) -> str:
            number = int(match[1]) - 1
            other = levels.get(number, Level())
            value = counts.get(number, other.start)
            return format_number(value, "decimal" if kind.is_legal else other.kind)

        label = _PLACE.sub(write, kind.text[:_MAX_LABEL_CHARS]).strip()
        return f"{indent}{label} " if label else ""

    def _count_up(
        self, number_id: str, key: str, levels: dict[int, Level], level: int
    ) -> dict[int, int]:
        counts = self._counts.setdefault(key, {})
        if number_id not in self._started:
            self._started.add(number_id)
            for other, start in self._overrides.get(number_id, {}).items():
                counts[other] = start - 1
        start = levels.get(level, Level()).start
        counts[level] = min(counts.get(level, start - 1) + 1, 10**9)
        for deeper in [other for other in counts if other > level]:
            if levels.get(deeper, Level()).restarts_after != 0:
                del counts[deeper]
        return counts


def format_number(value: int, kind: str) -> str:
    """Return a number as letters, Roman or other numerals, by the kind's name in Word."""
    if kind in ("lowerLetter", "upperLetter") and 0 < value < 1_000:
        text = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return text.upper() if kind == "upperLetter" else text
    if kind in ("lowerRoman", "upperRoman") and 0 < value < 4_000:
        text = ""
        for amount, sign in _ROMAN:
            text += sign * (value // amount)
            value %= amount
        return text.upper() if kind == "upperRoman" else text
    if kind == "decimalZero":
        return f"{value:02}"
    if kind == "ordinal":
        is_regular = 10 < value % 100 < 14
        return f"{value}{'th' if is_regular else _ORDINALS.get(value % 10, 'th')}"
    if kind in ("japaneseCounting", "chineseCounting", "chineseCountingThousand") and value < 10:
        return _JAPANESE[max(0, value)]
    return str(value)


def _read_levels(element: Element | None) -> dict[int, Level]:
    levels = dict[int, Level]()
    for one in list_children(element, "w:lvl"):
        restart = find_value(one, "w:lvlRestart", "-1")
        levels[_parse_number(one.get("w:ilvl", ""), 0)] = Level(
            find_value(one, "w:numFmt", "decimal"),
            find_value(one, "w:lvlText"),
            _parse_number(find_value(one, "w:start"), 1),
            is_on(one, "w:isLgl"),
            0 if restart == "0" else -1,
        )
    return levels


def _parse_number(text: str, default: int) -> int:
    return int(text[:9]) if text.isdecimal() else default
