"""Reads e-books (EPUB 2 and 3): chapters in the order of reading, with their pictures in place."""

from __future__ import annotations

import posixpath
import re
from typing import Any
from urllib.parse import unquote

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.containers.collecting import FileReader
from bot.files.readers.containers.placing import PicturePlacer
from bot.files.readers.documents.parts import Parts, get_attribute, get_tag, open_parts, parse_tree
from bot.files.readers.html_text import convert_html
from bot.files.readers.text_files import MAX_CHARS, decode_text, split_pages, truncate_text
from bot.files.unreadable import build_unreadable_error

KIND = "e-book"
_MAX_CHAPTERS = 1_000
_TOLD = ("title", "creator", "publisher", "date", "language")
_CHAPTER_KINDS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")
_SVG_IMAGE = re.compile(r"<image\b([^>]{0,500}?)(?:xlink:)?href=", re.IGNORECASE)


def read_epub(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """Read an e-book. Raises `UnreadableError`."""
    with open_parts(name, data) as parts:
        if _is_protected(parts):
            raise build_unreadable_error(name, "password", detail="DRM")
        package_path = _find_package(name, parts)
        package = parse_tree(name, parts.read(package_path))
        folder = posixpath.dirname(package_path)
        chapters = _list_chapters(package, folder)
        placer = PicturePlacer(read, parts.read_picture)
        texts, size = [_format_head(package)], 0
        for path in chapters[:_MAX_CHAPTERS]:
            if size > MAX_CHARS:
                break
            text = _read_chapter(parts, path, placer)
            size += len(text)
            texts.append(text)
    text, left_out = truncate_text("\n\n".join(filter(None, texts)) + "\n")
    pages = tuple(split_pages(text))
    parsed_file = ParsedFile(clean_name(name), KIND, (), pages, len(pages), left_out)
    unread_count = len(chapters) + 1 - len(texts)
    if unread_count:
        what = Message("{count:,} of {total:,} chapters", count=unread_count, total=len(chapters))
        parsed_file = parsed_file.add_left_out(what)
    return placer.finish(parsed_file)


def _is_protected(parts: Parts) -> bool:
    """Whether more than fonts is encrypted."""
    encryption = parts.read_picture("META-INF/encryption.xml") or b""
    count = encryption.count(b"EncryptionMethod")
    return count > sum(encryption.count(method) for method in _FONTS)


def _find_package(name: str, parts: Parts) -> str:
    container = parts.read("META-INF/container.xml")
    if container:
        for element in parse_tree(name, container).iter():
            if get_tag(element) == "rootfile":
                return get_attribute(element, "full-path")
    found = next((path for path in parts.names if path.lower().endswith(".opf")), "")
    if not found:
        raise build_unreadable_error(name, "damaged", detail="no package")
    return found


def _list_chapters(package: Any, folder: str) -> list[str]:
    """Return the paths of the chapters, in the order of reading."""
    items, order = dict[str, str](), list[str]()
    for element in package.iter():
        tag = get_tag(element)
        if tag == "item" and get_attribute(element, "media-type") in _CHAPTER_KINDS:
            items[get_attribute(element, "id")] = get_attribute(element, "href")
        elif tag == "itemref":
            order.append(get_attribute(element, "idref"))
    known = [identifier for identifier in dict.fromkeys(order) if identifier in items]
    return [_resolve(folder, items[identifier]) for identifier in known or items]


def _resolve(folder: str, href: str) -> str:
    path = unquote(href.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/")


def _format_head(package: Any) -> str:
    lines = list[str]()
    for element in package.iter():
        tag = get_tag(element)
        is_known = tag in _TOLD and "purl.org/dc" in str(element.tag) and len(lines) < 20
        if is_known and element.text:
            lines.append(f"{tag.capitalize()}: {' '.join(element.text.split())[:300]}")
    return "\n".join(lines)


def _read_chapter(parts: Parts, path: str, placer: PicturePlacer) -> str:
    html = decode_text(parts.read(path), "utf-8") or ""
    folder = posixpath.dirname(path)
    # Covers are often a picture in a drawing.
    html = re.sub(r"</?svg\b[^>]{0,1000}>", "", html)
    html = _SVG_IMAGE.sub(r"<img \1src=", html)
    return convert_html(
        html,
        lambda source, alt: (
            placer.place(_resolve(folder, source), alt)
            if "://" not in source
            else f"[picture{': ' if alt else ''}{alt}]"
        ),
    )
