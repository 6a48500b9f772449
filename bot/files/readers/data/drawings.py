"""Reads drawings of draw.io and Excalidraw: what is written on each page, and what is joined."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.files.readers.data.tables import build_text_file
from bot.files.readers.documents.parts import get_tag, parse_tree
from bot.files.readers.html_text import convert_html
from bot.files.readers.text_files import decode_text

DRAWIO_KIND, EXCALIDRAW_KIND = "draw.io drawing", "Excalidraw drawing"
_MAX_PAGE_BYTES, _MAX_PAGES, _MAX_LABEL_CHARS = 16 * 1024 * 1024, 200, 500
_MAX_SHAPES = 20_000
_ONLY_LABELS = Message("all but its labels and arrows")


@dataclass
class _Drawing:
    """The shapes of one page, by their identifiers, and its arrows."""

    title: str
    labels: dict[str, str] = field(default_factory=dict)
    arrows: list[tuple[str, str, str]] = field(default_factory=list)

    def format(self) -> Iterator[str]:
        """Yield a line for each label, then for each arrow."""
        yield f"## {self.title}"
        joined = {identifier for start, end, _ in self.arrows for identifier in (start, end)}
        alone = [label for key, label in self.labels.items() if label and key not in joined]
        yield from (f"- {label}" for label in alone)
        for start, end, label in self.arrows:
            names = [self.labels.get(one) or "(no label)" for one in (start, end)]
            if label or any(name != "(no label)" for name in names):
                yield f"- {names[0]} → {names[1]}{': ' if label else ''}{label}"


def read_drawio(name: str, data: bytes) -> ParsedFile:
    """Read a file of draw.io. Raises `UnreadableError`."""
    root = parse_tree(name, data)
    diagrams = [root] if get_tag(root) == "mxGraphModel" else []
    diagrams += [element for element in root.iter() if get_tag(element) == "diagram"]
    pages = list[str]()
    for number, diagram in enumerate(diagrams[:_MAX_PAGES], 1):
        title = " ".join(str(diagram.get("name") or f"Page {number}").split())[:200]
        drawing = _Drawing(title)
        model = diagram if len(diagram) else _unpack_diagram(name, diagram.text or "")
        if model is not None:
            _collect_cells(model, drawing)
        pages.append("\n".join(drawing.format()))
    text = "\n\n".join(pages) + "\n"
    return build_text_file(name, DRAWIO_KIND, text, len(pages)).add_left_out(_ONLY_LABELS)


def _unpack_diagram(name: str, text: str) -> Any:
    """Unpack a page: deflated, in Base64, and escaped as in a web address."""
    try:
        packed = base64.b64decode("".join(text.split()), validate=True)
        inflate = zlib.decompressobj(wbits=-15)
        raw = inflate.decompress(packed, _MAX_PAGE_BYTES)
    except (binascii.Error, ValueError, zlib.error):
        return None
    part = unquote(raw.decode("utf-8", "replace")).strip().encode()
    return parse_tree(name, part) if part else None


def _collect_cells(model: Any, drawing: _Drawing) -> None:
    labels_of_edges = dict[str, list[str]]()
    edges = list[tuple[str, str, str, str]]()
    for cell in model.iter("mxCell"):
        parent = cell.getparent()
        # A cell with further data lies in an element that has its identifier and label.
        holder = parent if parent is not None and parent.tag in ("object", "UserObject") else cell
        identifier = str(holder.get("id") or cell.get("id") or "")
        label = _clean(str(holder.get("label") or cell.get("value") or ""))
        if cell.get("edge") == "1":
            ends = str(cell.get("source") or ""), str(cell.get("target") or "")
            edges.append((identifier, *ends, label))
        elif label and (cell.get("connectable") == "0" and "edgeLabel" in str(cell.get("style"))):
            labels_of_edges.setdefault(str(cell.get("parent")), []).append(label)
        elif len(drawing.labels) < _MAX_SHAPES:
            drawing.labels[identifier] = label
    for identifier, start, end, label in edges[:_MAX_SHAPES]:
        words = " ".join(filter(None, (label, *labels_of_edges.get(identifier, []))))
        drawing.arrows.append((start, end, words))


def _clean(label: str) -> str:
    text = convert_html(label, lambda _source, _alt: "") if "<" in label or "&" in label else label
    return " ".join(text.replace("**", "").split())[:_MAX_LABEL_CHARS]


def read_excalidraw(name: str, data: bytes) -> ParsedFile | None:
    """Read a file of Excalidraw; None if it is none: then it is text like any other."""
    try:
        scene = json.loads(decode_text(data) or "")
    except (ValueError, RecursionError):
        return None
    elements = scene.get("elements") if isinstance(scene, dict) else None
    if not isinstance(elements, list):
        return None
    shown = [e for e in elements[:_MAX_SHAPES] if isinstance(e, dict) and not e.get("isDeleted")]
    drawing = _read_scene(shown)
    pictures = sum(1 for element in shown if element.get("type") == "image")
    parsed_file = build_text_file(name, EXCALIDRAW_KIND, "\n".join(drawing.format()) + "\n")
    parsed_file = parsed_file.add_left_out(_ONLY_LABELS)
    if pictures:
        what = Message("a picture", plural="{count:,} pictures", count=pictures)
        parsed_file = parsed_file.add_left_out(what)
    return parsed_file


def _read_scene(shown: list[dict[str, Any]]) -> _Drawing:
    drawing, texts = _Drawing("Drawing"), dict[str, str]()
    for element in shown:
        kind, identifier = element.get("type"), str(element.get("id"))
        words = _clean_text(element.get("text") or element.get("name"))
        if kind == "text":
            holder = element.get("containerId")
            texts[str(holder or identifier)] = words
        elif kind not in ("arrow", "line"):
            drawing.labels.setdefault(identifier, words)
    drawing.labels.update(texts)
    for element in shown:
        if element.get("type") in ("arrow", "line"):
            ends = [_find_end(element.get(key)) for key in ("startBinding", "endBinding")]
            label = drawing.labels.pop(str(element.get("id")), "")
            drawing.arrows.append((ends[0], ends[1], label))
    return drawing


def _clean_text(value: Any) -> str:
    return re.sub(r"\s+", " ", value).strip()[:_MAX_LABEL_CHARS] if isinstance(value, str) else ""


def _find_end(binding: Any) -> str:
    return str(binding.get("elementId", "")) if isinstance(binding, dict) else ""
