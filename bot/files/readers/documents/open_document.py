"""Reads OpenDocument texts and presentations: text, tables, notes, comments, pictures in place.

The parts are turned into HTML, and that into Markdown (OpenDocument 1.3, part 3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.readers.containers.collecting import FileReader
from bot.files.readers.containers.placing import PicturePlacer
from bot.files.readers.documents.open_changes import (
    CHANGE_MARKS,
    Change,
    list_changes,
    mark_change,
)
from bot.files.readers.documents.parts import Parts, get_attribute, get_tag, open_parts, parse_tree
from bot.files.readers.html_text import convert_html
from bot.files.readers.text_files import split_pages, truncate_text
from bot.files.unreadable import build_unreadable_error

_MAX_REPEATED, _MAX_SPACES, _MAX_DEPTH = 64, 100, 200
_ELEMENTS = {
    "p": "p", "list": "ul", "list-item": "li", "table": "table", "table-row": "tr",
    "list-header": "li", "table-header-rows": "thead",
}  # fmt: skip
_SKIPPED = frozenset(
    ("sequence-decls", "forms", "note-citation", "tracked-changes", "scripts",
     "variable-decls", "user-field-decls", "bibliography-configuration", "index-source",
     "table-of-content-source", "date-time-decl", "footer-decl", "header-decl", "settings", "desc",
     "page-number")
)  # fmt: skip
# What is told of a comment besides its text, and titles of pictures.
_DATA = ("date", "title")
_INLINE = ("note", "annotation")
_WRAPPED = {
    "note": (" [note: ", "]"), "annotation": (" [comment", "]"), "creator": (" by ", ": "),
    "ruby-text": ("(", ")"), "notes": ("<p>Notes:</p>", ""), "a": ("", ""),
}  # fmt: skip


def read_open_document(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """Read a text or a presentation. Raises `UnreadableError`."""
    with open_parts(name, data) as parts:
        if b"encryption-data" in (parts.read_picture("META-INF/manifest.xml") or b""):
            raise build_unreadable_error(name, "password")
        placer = PicturePlacer(read, parts.read_picture)
        body = parse_tree(name, parts.read("content.xml"))
        slides = [element for element in body.iter() if _is_slide(element)]
        writer = _HtmlWriter(parts, name, list_changes(body))
        if slides:
            texts = [
                f"Slide {number}\n\n{convert_html(writer.write(slide), placer.place)}"
                for number, slide in enumerate(slides, 1)
            ]
            pages = tuple(page for text in texts for page in split_pages(text.strip()))
            text, left_out = truncate_text("".join(pages))
            kept = pages if not left_out else tuple(split_pages(text))
            kind, count = "OpenDocument presentation", len(slides)
        else:
            heads = _write_heads(name, parts)
            html = heads + writer.write(body)
            text, left_out = truncate_text(convert_html(html, placer.place) + "\n")
            kept = tuple(split_pages(text))
            kind, count = "OpenDocument text", len(kept)
    return placer.finish(ParsedFile(clean_name(name), kind, (), kept, count, left_out))


def _is_slide(element: Any) -> bool:
    return get_tag(element) == "page" and "drawing" in str(element.tag)


def _write_heads(name: str, parts: Parts) -> str:
    """Return the headers and footers, which stand in another part, each once."""
    styles = parts.read("styles.xml")
    if not styles:
        return ""
    tree, found = parse_tree(name, styles), list[str]()
    # The names of changes are those of this part.
    writer = _HtmlWriter(parts, name, list_changes(tree))
    for element in tree.iter():
        if get_tag(element) in ("header", "footer", "header-first", "footer-first"):
            html = writer.write(element)
            if convert_html(html).strip() and html not in found:
                found.append(f"<p>[{get_tag(element).partition('-')[0]}]</p>{html}")
    return "".join(dict.fromkeys(found))


@dataclass
class _HtmlWriter:
    """Writes elements as HTML, without recursion."""

    parts: Parts
    name: str
    changes: dict[str, Change] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    # Notes and comments stand within a sentence, so their paragraphs break no line.
    inline_depth: int = 0

    def write(self, root: Any) -> str:
        """Return an element and all in it as HTML."""
        self.pieces = []
        stack: list[tuple[Any, bool]] = [(root, False)]
        ends = list[str]()
        while stack:
            element, is_open = stack.pop()
            if is_open:
                self.pieces.append(ends.pop())
                self.inline_depth -= get_tag(element) in _INLINE
                self._add_text(element.tail if element is not root else "")
                continue
            tag = get_tag(element)
            if tag in _SKIPPED or not tag or (tag in _DATA and "purl.org/dc" in str(element.tag)):
                self._add_text(element.tail)
                continue
            ends.append(self._start(element, tag))
            self._add_text(element.text)
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))
        return "".join(self.pieces)

    def _add_text(self, text: str | None) -> None:
        if text:
            self.pieces.append(escape(text, quote=False))

    def _start(self, element: Any, tag: str) -> str:
        """Write the start of an element; returns its end."""
        self.inline_depth += tag in _INLINE
        if self.inline_depth and tag in ("p", "h", "list", "list-item"):
            self.pieces.append(" ")
            return ""
        if tag == "h":
            return self._start_heading(element)
        if tag in ("table-cell", "covered-table-cell"):
            return self._start_cell(element)
        if tag in _ELEMENTS:
            self.pieces.append(f"<{_ELEMENTS[tag]}>")
            return f"</{_ELEMENTS[tag]}>"
        if tag in _WRAPPED:
            start, end = _WRAPPED[tag]
            self.pieces.append(start)
            return end
        self._add_single(element, tag)
        return ""

    def _start_heading(self, element: Any) -> str:
        level = get_attribute(element, "outline-level")
        number = min(6, max(1, int(level[:3]))) if level.isascii() and level.isdigit() else 1
        self.pieces.append(f"<h{number}>")
        return f"</h{number}>"

    def _start_cell(self, element: Any) -> str:
        repeated = get_attribute(element, "number-columns-repeated")
        count = int(repeated[:5]) if repeated.isascii() and repeated.isdigit() else 1
        self.pieces.append("<td>")
        return "</td>" + "<td></td>" * (min(count, _MAX_REPEATED) - 1)

    def _add_single(self, element: Any, tag: str) -> None:
        if tag in CHANGE_MARKS:
            self._add_text(mark_change(element, tag, self.changes))
        elif tag == "s":
            count = get_attribute(element, "c")
            number = int(count[:4]) if count.isascii() and count.isdigit() else 1
            self.pieces.append(" " * min(number, _MAX_SPACES))
        elif tag in ("tab", "line-break"):
            self.pieces.append(" " if tag == "tab" else "<br>")
        elif tag == "image":
            source = get_attribute(element, "href").removeprefix("./")
            alt = self._find_description(element)
            self.pieces.append(f'<img src="{escape(source)}" alt="{escape(alt)}">')
        elif tag == "object":
            self.pieces.append(escape(self._describe_object(element), quote=False))

    def _find_description(self, image: Any) -> str:
        frame = image.getparent()
        if frame is None:
            return ""
        for child in frame:
            if get_tag(child) in ("title", "desc") and child.text:
                return str(child.text)
        return ""

    def _describe_object(self, element: Any) -> str:
        """Return the formula or the kind of an embedded object."""
        path = get_attribute(element, "href").removeprefix("./")
        part = self.parts.read_picture(f"{path}/content.xml") or b""
        if b"MathML" in part or b"<math" in part:
            root = parse_tree(self.name, part)
            notes = [e.text for e in root.iter() if get_tag(e) == "annotation" and e.text]
            return f" [formula: {' '.join(notes[0].split())}] " if notes else " [formula] "
        return " [chart] " if b"chart:chart" in part else " [embedded object] "
