"""Reads a Word document: its body, headers and footers, notes, comments and tracked changes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.readers.ooxml.extras import Extras, join_left_out
from bot.files.readers.ooxml.markdown import join_blocks
from bot.files.readers.ooxml.package import Package
from bot.files.readers.ooxml.word.blocks import iterate_blocks, read_blocks
from bot.files.readers.ooxml.word.comments import read_comments
from bot.files.readers.ooxml.word.document import WordDocument
from bot.files.readers.ooxml.word.numbering import Numbering
from bot.files.readers.ooxml.word.runs import get_author
from bot.files.readers.ooxml.word.styles import read_styles
from bot.files.readers.ooxml.xml_trees import find, list_children
from bot.files.readers.text_files import MAX_CHARS, split_pages, truncate_text
from bot.files.unreadable import build_unreadable_error

_CHANGE_TAGS = ("w:ins", "w:del", "w:moveFrom", "w:moveTo")
_NOTE_KINDS = {"w:footnote": "footnotes", "w:endnote": "endnotes"}
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")
_MAX_AUTHORS = 20
KIND = "Word document"


def read_word(name: str, data: bytes) -> ParsedFile:
    """Read a Word document in pages by size. Raises `UnreadableError`."""
    package = Package(name, data)
    extras = Extras(package)
    text, cut = truncate_text(_read_text(package, extras, 0))
    pages = tuple(split_pages(text))
    left_out = [*([cut] if cut else []), *extras.list_left_out()]
    return ParsedFile(
        clean_name(name), KIND, tuple(extras.pictures), pages, len(pages), join_left_out(left_out)
    )


def read_word_text(name: str, data: bytes, depth: int) -> str:
    """Return the text of a document that is embedded in another one. Raises `UnreadableError`."""
    package = Package(name, data)
    return _read_text(package, Extras(package), depth)


def _read_text(package: Package, extras: Extras, depth: int) -> str:
    main = package.find_main("word", "word/document.xml")
    tree = package.read_tree(main)
    body = None if tree is None else find(tree, "w:body")
    if tree is None or body is None:
        raise build_unreadable_error(package.name, "damaged", detail="no body")
    authors = _list_authors(tree)
    document = WordDocument(
        package,
        main,
        extras,
        read_styles(_read_first(package, main, "styles")),
        Numbering.read(_read_first(package, main, "numbering")),
        read_blocks,
        read_comments(package, main),
        has_many_authors=len(authors) > 1,
        embedded_depth=depth,
    )
    text = join_blocks(_take(iterate_blocks(document, body)))
    document.fields.clear()
    notes = list(_read_notes(document, main))
    late = [
        comment.describe()
        for key, comment in document.comments.items()
        if key not in document.shown_comments and not comment.is_reply
    ]
    headers, footers = (_read_margins(document, main, kind) for kind in ("header", "footer"))
    changes = [_describe_authors(authors)] if authors else []
    return join_blocks([*headers, text, *notes, *late, *footers, *changes])


def _take(blocks: Iterator[str]) -> Iterator[str]:
    """Yield blocks until there is more text than is used."""
    size = 0
    for block in blocks:
        yield block
        size += len(block)
        if size > MAX_CHARS:
            return


def _read_first(package: Package, main: str, kind: str) -> Element | None:
    linked = package.find_linked(main, kind)
    return package.read_side_tree(linked[0] if linked else f"word/{kind}.xml")


def _read_notes(document: WordDocument, main: str) -> Iterator[str]:
    """Yield the footnotes and endnotes in the order of their numbers; others at the end."""
    elements = dict[tuple[str, str], tuple[str, Element]]()
    for kind, link_kind in _NOTE_KINDS.items():
        for path in document.package.find_linked(main, link_kind):
            for one in list_children(document.package.read_side_tree(path), kind):
                if one.get("w:type") not in _SEPARATORS:
                    elements[kind, one.get("w:id", "")] = (path, one)
    done = set[tuple[str, str]]()
    while waiting := [key for key in document.notes if key not in done]:
        for key in waiting:
            done.add(key)
            if key in elements:
                text = _read_part(document, *elements[key]).strip()
                yield f"[^{document.notes[key]}]: {text}" if text else ""


def _read_margins(document: WordDocument, main: str, kind: str) -> list[str]:
    """Return the different headers or footers of the document's sections."""
    texts = dict[str, None]()
    for path in document.package.find_linked(main, kind):
        tree = document.package.read_side_tree(path)
        if tree is not None:
            text = _read_part(document, path, tree).strip()
            texts[f"[{kind}: {text}]" if text else ""] = None
    return list(texts)


def _read_part(document: WordDocument, path: str, element: Element) -> str:
    """Read a part of the document whose links are its own."""
    before, document.path = document.path, path
    try:
        return read_blocks(document, element)
    finally:
        document.path = before
        document.fields.clear()


def _list_authors(tree: Element) -> dict[str, str]:
    """Return who made tracked changes, each with the day of the last one."""
    authors = dict[str, str]()
    for tag in _CHANGE_TAGS:
        for change in tree.iter(tag):
            author, day = get_author(change), change.get("w:date", "")[:10]
            authors[author] = max(authors.get(author, ""), day)
    return authors


def _describe_authors(authors: dict[str, str]) -> str:
    named = [
        f"{name or 'unknown'}{f' (last on {day})' if day else ''}" for name, day in authors.items()
    ]
    return f"[tracked changes by {', '.join(named[:_MAX_AUTHORS])}]"
