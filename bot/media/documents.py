"""Files of text in: text of any common encoding, and PDF. Decides nothing about what is sent.

Synchronous and heavy: callers run it in a thread. Fetches and stores nothing.
"""

from __future__ import annotations

import threading

from bot.errors import TellPerson
from bot.exchange import Document
from bot.media.naming import clean_name

MOST_PAGES = 1_000
# A page of a file that has none, in characters.
PAGE_CHARACTERS = 3_000
# Between pages in a working copy.
_PAGE_BREAK = "\f"
# What the model reads itself, with its pictures and layout; longer ones go as their text.
_NATIVE_PAGES, _NATIVE_SCANS = 10, 30
_NATIVE_BYTES = 10 * 1024 * 1024
_pdfium = threading.Lock()  # the library is for one thread at a time

_UNSUPPORTED = "I could not read {}: I read pictures, PDF and text files."
_CORRUPT = "I could not read {}: the PDF is damaged or protected by a password."
_TOO_MANY = "I could not read {}: it has {:,} pages and I read at most {:,}. Please split it."
_NOTHING = "I could not read {}: there is no text in it, and it is too long to look at."


class UnreadableDocument(TellPerson):
    """A file that is no document Easel can read; `said` names it."""


def is_document(name: str, mimetype: str, data: bytes) -> bool:
    """Whether the bytes are a PDF or text."""
    del name, mimetype  # claims, not facts
    return data.startswith(b"%PDF-") or _text(data) is not None


def read_document(name: str, data: bytes) -> Document:
    """The pages of a file. Raises `UnreadableDocument`."""
    shown = clean_name(name)
    if data.startswith(b"%PDF-"):
        return _pdf(shown, data)
    text = _text(data)
    if text is None:
        raise UnreadableDocument("no text", said=_UNSUPPORTED.format(shown))
    return Document(shown, "text/plain", tuple(_pages(text)))


def as_copy(document: Document) -> bytes:
    """A working copy: the pages' text."""
    return _PAGE_BREAK.join(page.replace(_PAGE_BREAK, "\n") for page in document.pages).encode()


def reopen_document(name: str, copy: bytes) -> Document:
    """A document from its working copy."""
    pages = tuple(copy.decode("utf-8", "replace").split(_PAGE_BREAK))
    return Document(clean_name(name), "text/plain", pages)


def _pdf(name: str, data: bytes) -> Document:
    # Imported on the first PDF: the library takes megabytes that most days nobody needs.
    import pypdfium2

    try:
        with _pdfium:
            pdf = pypdfium2.PdfDocument(data)
            try:
                count = len(pdf)
                if count > MOST_PAGES:
                    said = _TOO_MANY.format(name, count, MOST_PAGES)
                    raise UnreadableDocument(f"{count} pages", said=said)
                pages = tuple(_page_text(pdf, number) for number in range(count))
            finally:
                pdf.close()
    except UnreadableDocument:
        raise
    except Exception as error:
        detail = type(error).__name__
        raise UnreadableDocument(detail, said=_CORRUPT.format(name)) from error
    scanned = sum(map(len, pages)) < 20 * len(pages)
    native = len(pages) <= (_NATIVE_SCANS if scanned else _NATIVE_PAGES)
    if scanned and not native:
        raise UnreadableDocument("scanned", said=_NOTHING.format(name))
    whole = data if native and len(data) <= _NATIVE_BYTES else b""
    return Document(name, "application/pdf", pages, whole)


def _page_text(pdf: object, number: int) -> str:
    page = pdf[number]  # type: ignore[index]
    text = page.get_textpage()
    try:
        return str(text.get_text_bounded()).replace("\x00", "").replace("\r\n", "\n")
    finally:
        text.close()
        page.close()


def _text(data: bytes) -> str | None:
    """The characters of a text file; None for what is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\x00" in data[:4096]:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    odd = sum(1 for c in text[:4096] if ord(c) < 32 and c not in "\t\n\r\f\x1b")
    odd += text[:4096].count("\ufffd")
    return None if odd > len(text[:4096]) // 50 else text.replace("\r\n", "\n").replace("\x00", "")


def _pages(text: str) -> list[str]:
    """Text in pieces of about a page, cut at ends of lines."""
    if _PAGE_BREAK in text:
        return text.split(_PAGE_BREAK)
    pages, page, size = list[str](), list[str](), 0
    for line in text.splitlines(keepends=True):
        for at in range(0, len(line), PAGE_CHARACTERS):
            piece = line[at : at + PAGE_CHARACTERS]
            if size + len(piece) > PAGE_CHARACTERS and page:
                pages.append("".join(page))
                page, size = [], 0
            page.append(piece)
            size += len(piece)
    return [*pages, "".join(page)] if page or not pages else pages
