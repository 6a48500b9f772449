"""Reads the XML of a drawing into elements, with limits, and without what could act in it."""

from __future__ import annotations

import io
import re
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import MAX_DEPTH, DrawingLimitError, get_local_name
from bot.files.readers.vector.detection import decompress
from bot.files.unreadable import build_unreadable_error

MAX_BYTES = 20_000_000
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_MAX_ELEMENTS = 50_000
_DROPPED_ELEMENTS = frozenset(
    ("script", "iframe", "audio", "video", "canvas", "metadata", "handler", "object", "embed",
     "listener", "namedview", "template")
)  # fmt: skip
# What Illustrator keeps for itself, in its own form.
_DROPPED_NAMESPACES = ("http://ns.adobe.com/", "http://sodipodi.")
_DECLARED = re.compile(
    rb"<!ENTITY\s+([\w.:-]{1,80})\s+(?:\"([^\"<&%]{0,2000})\"|'([^'<&%]{0,2000})')\s*>"
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_MAX_ENTITIES, _MAX_SUBSET = 100, 40_000


def parse_drawing(name: str, data: bytes) -> Element:
    """Return the root of a drawing. Raises `UnreadableError` and `DrawingLimitError`."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    if data.startswith(b"\x1f\x8b"):
        data = decompress(data, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise DrawingLimitError("bytes")
    data = expand_entities(data.lstrip())
    builder = _Builder()
    try:
        for event, element in iterparse(io.BytesIO(data), ("start", "end", "comment")):
            builder.take(event, element)
    except DefusedXmlException as error:
        raise build_unreadable_error(name, "entities") from error
    root = builder.root
    if root is None or get_local_name(root) != "svg":
        raise build_unreadable_error(name, "damaged", detail="no svg")
    _name_drawn_words(builder.comments)
    return root


class _Builder:
    """Follows a parser, within limits; keeps the first comment in each element."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.comments = dict[Element, str]()
        self._path = list[Element]()
        self._count = 0

    def take(self, event: str, element: Element) -> None:
        """Note what the parser has read. Raises `DrawingLimitError`."""
        if event == "comment":
            if self._path:
                self.comments.setdefault(self._path[-1], (element.text or "").strip()[:500])
        elif event == "start":
            self.root = element if self.root is None else self.root
            self._path.append(element)
            self._count += 1
            if len(self._path) > MAX_DEPTH or self._count > _MAX_ELEMENTS:
                raise DrawingLimitError("elements")
        else:
            self._path.pop()


def expand_entities(data: bytes) -> bytes:
    """Put in what plain entities stand for, which Illustrator declares for its namespaces.

    Those that hold others, marks or addresses stay declared: the parser refuses them. Raises
    `DrawingLimitError` where the result would be too large.
    """
    start = data.find(b"<!DOCTYPE", 0, 4_000)
    begin = data.find(b"[", start, start + 2_000) if start >= 0 else -1
    end = data.find(b"]", begin, begin + _MAX_SUBSET) if begin >= 0 else -1
    if end < 0 or b">" in data[start:begin].partition(b"]")[0]:
        return data
    subset = _COMMENT.sub(b"", data[begin + 1 : end])
    values = {match[1]: match[2] or match[3] or b"" for match in _DECLARED.finditer(subset)}
    rest = _DECLARED.sub(b"", subset)
    if not values or len(values) > _MAX_ENTITIES or b"ENTITY" in rest or b"%" in rest:
        return data
    size = len(data)

    def expand(match: re.Match[bytes]) -> bytes:
        nonlocal size
        value = values.get(match[1])
        if value is None:
            return match[0]
        size += len(value)
        if size > MAX_BYTES:
            raise DrawingLimitError("bytes")
        return value.replace(b'"', b"&quot;").replace(b"'", b"&apos;").replace(b">", b"&gt;")

    body = re.sub(rb"&([\w.:-]{1,80});", expand, data[end + 1 :])
    return data[:begin] + b"[" + rest + b"]" + body


def drop_acting_elements(root: Element) -> None:
    """Remove scripts, what plays, and what programs keep for themselves; name all namespaces."""
    for element in root.iter():
        if "}" not in element.tag:
            # Some files lack the namespace, and browsers accept them.
            element.tag = f"{{{SVG_NAMESPACE}}}{element.tag}"
        for child in [child for child in element if _is_dropped(child)]:
            _remove(element, child)
        for key in [key for key in element.attrib if key.lower().startswith("on")]:
            del element.attrib[key]


def _is_dropped(child: Element) -> bool:
    namespace = str(child.tag)[1:].partition("}")[0] if "}" in str(child.tag) else ""
    return get_local_name(child) in _DROPPED_ELEMENTS or namespace.startswith(_DROPPED_NAMESPACES)


def _remove(parent: Element, child: Element) -> None:
    """Remove a child, and leave the words that follow it."""
    place = list(parent).index(child)
    if child.tail and child.tail.strip():
        if place:
            parent[place - 1].tail = (parent[place - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _name_drawn_words(comments: dict[Element, str]) -> None:
    """Keep the words that matplotlib draws as shapes: it writes them next to these."""
    for element, words in comments.items():
        is_text = element.get("id", "").startswith("text_") or element.get("class") == "text"
        if words and is_text and get_local_name(element) == "g":
            element.attrib.setdefault("aria-label", words)
