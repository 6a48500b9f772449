"""Collects the words of a drawing that are seen: each text, label and name, in the file's order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import HREF_ATTRIBUTES, get_local_name
from bot.files.readers.vector.labels.looks import read_style

_MAX_CHARS, _MAX_DEPTH = 60_000, 70
_SPACES = re.compile(r"\s+")
# Shown only where something refers to them, or as shapes.
_STORED = ("defs", "symbol", "clipPath", "mask", "pattern", "marker", "style", "metadata")
_TITLES = ("title", "desc")


def collect_words(root: Element, labels: Mapping[Element, str]) -> str:
    """Return all words, a line for each line of text. `labels` are words of groups that stand for
    labels."""
    targets = {element.get("id", ""): element for element in root.iter()}
    collector = _Collector(labels, targets)
    drawn = [line for line in collector.walk(root, 0, is_used=False) if line]
    said = {line.casefold() for line in drawn}
    titles = [title for title in dict.fromkeys(collector.titles) if title.casefold() not in said]
    return "\n".join([*drawn, *titles])[:_MAX_CHARS]


class _Collector:
    def __init__(self, labels: Mapping[Element, str], targets: Mapping[str, Element]) -> None:
        self._labels, self._targets = labels, targets
        self._used = set[Element]()
        self.titles = list[str]()

    def walk(self, element: Element, depth: int, *, is_used: bool) -> Iterator[str]:
        name = get_local_name(element)
        if depth > _MAX_DEPTH or _is_hidden(element) or (name in _STORED and not is_used):
            return
        if element in self._labels:
            yield self._labels[element]
        elif name in _TITLES:
            self.titles.append(_join(element))
        elif name == "text":
            yield from _list_lines(element)
        else:
            yield from self._walk_group(element, name, depth)

    def _walk_group(self, element: Element, name: str, depth: int) -> Iterator[str]:
        before, is_empty = len(self.titles), True
        for line in self._follow(element, depth) if name == "use" else ():
            is_empty = False
            yield line
        for child in element:
            for line in self.walk(child, depth + 1, is_used=False):
                is_empty = False
                yield line
        label = element.get("aria-label", "").strip()
        if label and is_empty and len(self.titles) == before:
            self.titles.append(_SPACES.sub(" ", label))

    def _follow(self, element: Element, depth: int) -> Iterator[str]:
        """Read what a `use` shows, once."""
        for key in HREF_ATTRIBUTES:
            target = self._targets.get(element.get(key, "")[1:])
            if target is not None and target not in self._used:
                self._used.add(target)
                yield from self.walk(target, depth + 1, is_used=True)


def _is_hidden(element: Element) -> bool:
    style = read_style(element, "display", "visibility")
    return "none" in (style.get("display"), element.get("display")) or (
        style.get("visibility") or element.get("visibility")
    ) in ("hidden", "collapse")


def _list_lines(text: Element) -> Iterator[str]:
    """Yield the lines of a text: a part that is set to a place of its own begins one."""
    parts, height = [text.text or ""], text.get("y", "")
    for child in text:
        y = child.get("y", height)
        if y != height or child.get("dy", "0").strip("0. empx"):
            yield _SPACES.sub(" ", "".join(parts)).strip()
            parts, height = [], y
        elif child.get("x") and len("".join(child.itertext())) > 1:
            parts.append(" ")  # a column of its own, where it is not a letter that was placed
        parts += [] if _is_hidden(child) else [*child.itertext()]
        parts.append(child.tail or "")
    yield _SPACES.sub(" ", "".join(parts)).strip()


def _join(element: Element) -> str:
    return _SPACES.sub(" ", "".join(element.itertext())).strip()
