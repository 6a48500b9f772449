"""Reads documents that a Word document takes in as they are (altChunk): HTML, text, Word, mail."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import Message as Mail

from bot.domain.errors import UserError
from bot.files.readers.ooxml.word.document import WordDocument
from bot.files.readers.text_files import decode_text

_MAX_DEPTH, _MAX_BYTES = 2, 20 * 1024 * 1024
_HTML_ENDINGS = (".htm", ".html", ".xhtml", ".xht")


def read_embedded(document: WordDocument, link_id: str) -> str:
    """Return the text of an embedded document; a mark for one that is not read."""
    link = document.find_link(link_id)
    if link is None or link.is_external:
        return document.extras.mark_object("")
    kind = link.target.rpartition(".")[2]
    reader = _choose_reader(link.target)
    try:
        data = document.package.read_bytes(link.target)
        if (
            reader is None
            or not data
            or len(data) > _MAX_BYTES
            or document.embedded_depth >= _MAX_DEPTH
        ):
            return document.extras.mark_object(kind)
        return reader(document, data)
    except UserError:
        return document.extras.mark_object(kind)


def _choose_reader(path: str) -> Callable[[WordDocument, bytes], str] | None:
    if path.endswith(_HTML_ENDINGS):
        return _read_html
    if path.endswith((".docx", ".docm", ".dotx", ".dotm")):
        return _read_word
    if path.endswith((".mht", ".mhtml")):
        return _read_archived_page
    return _read_plain if path.endswith((".txt", ".xml", ".md")) else None


def _read_html(_document: WordDocument, data: bytes) -> str:
    from bot.files.readers.html_text import convert_html

    return convert_html(decode_text(data) or "").strip()


def _read_plain(_document: WordDocument, data: bytes) -> str:
    return (decode_text(data) or "").strip()


def _read_word(document: WordDocument, data: bytes) -> str:
    from bot.files.readers.ooxml.word.reader import read_word_text

    return read_word_text(document.package.name, data, document.embedded_depth + 1)


def _read_archived_page(document: WordDocument, data: bytes) -> str:
    mail = message_from_bytes(data)
    for part in mail.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and _is_page(part):
            return _read_html(document, payload)
    return document.extras.mark_object("mht")


def _is_page(part: Mail) -> bool:
    return part.get_content_type() == "text/html"
