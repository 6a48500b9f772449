"""Reads what can be read of files of Apple's programs, Sketch and Visio: previews and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.domain.errors import UserError
from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.containers.collecting import FileReader
from bot.files.readers.documents.parts import Parts, get_attribute, get_tag, open_parts, parse_tree
from bot.files.readers.text_files import split_pages, truncate_text
from bot.files.unreadable import build_unreadable_error

_PREVIEWS = (
    "QuickLook/Preview.pdf", "preview.jpg", "QuickLook/Thumbnail.jpg", "preview-web.jpg",
    "preview-micro.jpg",
    "previews/preview.png",
)  # fmt: skip
_KINDS = {
    "pages": "Pages document", "numbers": "Numbers sheet", "key": "Keynote presentation",
    "sketch": "Sketch drawing",
}  # fmt: skip
_APPLE_INDEXES = {"Index.zip", "index.apxl", "index.xml.gz"}
_VISIO_PREVIEWS = ("docProps/thumbnail.png", "docProps/thumbnail.jpeg", "docProps/thumbnail.jpg")
_VISIO_PAGE = re.compile(r"visio/pages/page(\d{1,4})\.xml")
_MAX_LABELS, _MAX_LABEL_CHARS = 5_000, 500


def is_previewed(names: list[str]) -> bool:
    """Whether these parts are those of Pages, Numbers, Keynote or Sketch."""
    has_index = any(n.startswith("Index/") and n.endswith(".iwa") for n in names)
    is_sketch = {"document.json", "meta.json", "user.json"} <= set(names)
    return has_index or is_sketch or bool(_APPLE_INDEXES & set(names))


def read_preview(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """Read the preview in a document; its own format is not read. Raises `UnreadableError`."""
    kind = _KINDS.get(name.rpartition(".")[2].lower(), "iWork document")
    with open_parts(name, data) as parts:
        preview = _read_preview(parts, _PREVIEWS, read)
    if preview is None:
        raise build_unreadable_error(name, "no preview in document")
    parsed_file = ParsedFile(
        clean_name(name), kind, preview.pictures, preview.pages, max(1, preview.count)
    )
    return parsed_file.add_left_out(Message("all but the preview that is stored in it"))


def _read_preview(parts: Parts, paths: tuple[str, ...], read: FileReader) -> ParsedFile | None:
    for path in paths:
        data = parts.read_picture(path)
        if not data:
            continue
        try:
            return read(path.rpartition("/")[2], data)
        except UserError:
            continue
    return None


def read_visio(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """Read a Visio drawing: what is written on each page, what is joined, and the preview.

    Raises `UnreadableError`.
    """
    with open_parts(name, data) as parts:
        preview = _read_preview(parts, _VISIO_PREVIEWS, read)
        found = sorted(
            (int(match[1]), path)
            for path in parts.names
            if (match := _VISIO_PAGE.fullmatch(path)) is not None
        )
        texts = [
            "\n".join([f"Page {number}", *_list_labels(parse_tree(name, parts.read(path)))])
            for number, path in found
        ]
    text, left_out = truncate_text("\n\n".join(texts) + "\n")
    pages = tuple(split_pages(text)) if texts else ()
    pictures = () if preview is None else preview.pictures
    if not texts and not pictures:
        raise build_unreadable_error(name, "damaged", detail="no pages")
    parsed_file = ParsedFile(
        clean_name(name), "Visio drawing", pictures, pages, max(1, len(texts)), left_out
    )
    return parsed_file.add_left_out(Message("all but its labels and the preview that is in it"))


def _list_labels(page: Any) -> Iterator[str]:
    """Yield the labels of a page's shapes, then which shapes are joined."""
    labels = dict[str, str]()
    for shape in page.iter():
        if get_tag(shape) == "Shape" and len(labels) < _MAX_LABELS:
            texts = [child for child in shape if get_tag(child) == "Text"]
            words = " ".join("".join("".join(text.itertext()) for text in texts).split())
            labels[get_attribute(shape, "ID")] = words[:_MAX_LABEL_CHARS]
    yield from (f"- {label}" for label in labels.values() if label)
    ends = dict[str, dict[str, str]]()
    for connect in page.iter():
        if get_tag(connect) == "Connect":
            cell = get_attribute(connect, "FromCell")
            ends.setdefault(get_attribute(connect, "FromSheet"), {})[cell] = get_attribute(
                connect, "ToSheet"
            )
    for line, cells in ends.items():
        start, end = labels.get(cells.get("BeginX", "")), labels.get(cells.get("EndX", ""))
        if start and end:
            label = labels.get(line, "")
            yield f"- {start} → {end}{': ' if label else ''}{label}"
