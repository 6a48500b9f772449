"""Reads a presentation slide by slide: text, tables, charts, diagrams, notes and comments."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.ooxml.extras import Extras, join_left_out
from bot.files.readers.ooxml.markdown import join_blocks
from bot.files.readers.ooxml.package import Package
from bot.files.readers.ooxml.slides.comments import read_authors, read_comments
from bot.files.readers.ooxml.slides.shapes import SlideShapes
from bot.files.readers.ooxml.slides.text import read_text_body
from bot.files.readers.ooxml.xml_trees import find, list_children
from bot.files.readers.text_files import MAX_CHARS, split_pages
from bot.files.unreadable import build_unreadable_error

KIND = "PowerPoint presentation"


def read_slides(name: str, data: bytes) -> ParsedFile:
    """Read a presentation. Raises `UnreadableError`."""
    package = Package(name, data)
    main = package.find_main("ppt", "ppt/presentation.xml")
    tree = package.read_tree(main)
    if tree is None or tree.tag != "p:presentation":
        raise build_unreadable_error(name, "damaged", detail="no presentation")
    extras, authors = Extras(package), read_authors(package, main)
    paths = _list_slides(package, main, tree)
    pages, size, shown_count = list[str](), 0, 0
    for number, path in enumerate(paths, 1):
        if size > MAX_CHARS:
            break
        text = _read_slide(extras, path, number, authors)[:MAX_CHARS]
        size += len(text)
        shown_count += 1
        pages += split_pages(text)
    left_out = extras.list_left_out()
    if shown_count < len(paths):
        missing = len(paths) - shown_count
        left_out.insert(
            0, Message("the last slide", plural="the last {count:,} slides", count=missing)
        )
    return ParsedFile(
        clean_name(name),
        KIND,
        tuple(extras.pictures),
        tuple(pages),
        len(paths),
        join_left_out(left_out),
    )


def _list_slides(package: Package, main: str, tree: Element) -> list[str]:
    """Return the slides in the order in which they are shown."""
    links = package.list_links(main)
    ids = [one.get("r:id", "") for one in list_children(find(tree, "p:sldIdLst"), "p:sldId")]
    paths = [links[one].target for one in ids if one in links and not links[one].is_external]
    if ids and not any(package.read_xml(path) for path in paths):
        raise build_unreadable_error(package.name, "damaged", detail="no slides")
    return list(dict.fromkeys(paths))


def _read_slide(extras: Extras, path: str, number: int, authors: dict[str, str]) -> str:
    tree = extras.package.read_side_tree(path)
    if tree is None:
        return f"Slide {number}\n\n[damaged, not read]"
    is_hidden = tree.get("show") in ("0", "false")
    blocks = SlideShapes(extras, path, number).read(tree)
    blocks += _read_notes(extras.package, path)
    blocks.append("\n".join(read_comments(extras.package, path, authors)))
    title = f"Slide {number}{' (hidden)' if is_hidden else ''}"
    return join_blocks([title, *blocks])


def _read_notes(package: Package, slide: str) -> list[str]:
    """Return what the speaker noted, without the slide's picture and number on the same page."""
    texts = list[str]()
    for path in package.find_linked(slide, "notesSlide"):
        tree = package.read_side_tree(path)
        for shape in tree.iter("p:sp") if tree is not None else ():
            placeholder = next(iter(shape.iter("p:ph")), None)
            kind = "" if placeholder is None else placeholder.get("type", "obj")
            if kind in ("body", ""):
                texts.append(read_text_body(find(shape, "p:txBody"), package.list_links(path)))
    return [f"Notes:\n{text}" for text in texts if text.strip()]
