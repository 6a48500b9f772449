"""PDF files in: their text, pages as pictures, some pages as a file of their own.

Synchronous and heavy; runs in a decoder's process. What of it is sent is decided elsewhere.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.domain.files import Attachment, Document, Reading
from bot.domain.safe_text import clean_name
from bot.files.readers.text_files import MOST_CHARACTERS
from bot.files.unreadable import Unreadable, unreadable

# Of a longer file the text of the first is read; any others can be asked for by number.
MOST_PAGES = 1_000
# Pages looked at as pictures with one question.
MOST_RENDERED = 10
# The longer side of a rendered page, in pixels: small print stays readable.
_SIDE = 1_600
_QUALITY = 82
# A page has text in it if it has this many characters.
_TEXT_FROM = 20
# Page labels of one file may be anything; this much text of one page is kept.
_MOST_CHARACTERS = 60_000


def read_pdf(name: str, data: bytes) -> Reading:
    """The text of a PDF, page by page. Raises `Unreadable`."""
    shown = clean_name(name)
    with _opened(name, data) as pdf:
        count = len(pdf)
        if not count:
            raise unreadable(name, "empty")
        pages = tuple(_texts(pdf, min(count, MOST_PAGES)))
    scanned = sum(map(len, pages)) < _TEXT_FROM * len(pages)
    left = f"pages {len(pages) + 1:,} to {count:,}" if count > len(pages) else ""
    return Reading(shown, "PDF", (), pages, count, left, scanned)


def render_pages(name: str, data: bytes, numbers: Sequence[int]) -> Reading:
    """The pages with these `numbers`, from 1, as text and pictures, at most `MOST_RENDERED`.

    Numbers that the file does not have are left out; raises `Unreadable` where none is left.
    """
    shown = clean_name(name)
    with _opened(name, data) as pdf:
        count = len(pdf)
        wanted = _there(name, numbers, count)
        pdf.init_forms()
        pictures = tuple(_rendered(pdf, shown, number) for number in wanted[:MOST_RENDERED])
        pages = tuple(_text(pdf, number - 1) for number in wanted)
    return Reading(shown, "PDF", pictures, pages, count)


def cut_out(name: str, data: bytes, numbers: Sequence[int]) -> Document:
    """The pages with these `numbers` as a PDF of their own. Raises `Unreadable`."""
    import pypdfium2

    shown = clean_name(name)
    with _opened(name, data) as pdf:
        count = len(pdf)
        wanted = _there(name, numbers, count)
        part = pypdfium2.PdfDocument.new()
        try:
            part.import_pages(pdf, [number - 1 for number in wanted])
            out = io.BytesIO()
            part.save(out)
        finally:
            part.close()
        pages = tuple(_text(pdf, number - 1) for number in wanted)
    return Document(shown, "application/pdf", pages, out.getvalue(), tuple(wanted), count)


@contextmanager
def _opened(name: str, data: bytes) -> Iterator[Any]:
    # Imported on the first PDF: the library takes megabytes that most days nobody needs.
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        why = "password" if "assword" in str(error) else "damaged"
        raise unreadable(name, why) from error
    try:
        yield pdf
    except Unreadable:
        raise
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise unreadable(name, "damaged", detail=type(error).__name__) from error
    finally:
        pdf.close()


def _there(name: str, numbers: Sequence[int], count: int) -> list[int]:
    wanted = [number for number in dict.fromkeys(numbers) if 1 <= number <= count]
    if not wanted:
        raise unreadable(name, "no such page", count)
    return wanted


def _texts(pdf: Any, most: int) -> Iterator[str]:
    """The text of the first pages, as many as hold so much that anybody could use it."""
    size = 0
    for number in range(most):
        if size > MOST_CHARACTERS:
            return
        page = _text(pdf, number)
        size += len(page)
        yield page


def _text(pdf: Any, number: int) -> str:
    page = pdf[number]
    try:
        text = page.get_textpage()
        try:
            said = str(text.get_text_bounded())
        finally:
            text.close()
    finally:
        page.close()
    return said[:_MOST_CHARACTERS].replace("\x00", "").replace("\r\n", "\n")


def _rendered(pdf: Any, name: str, number: int) -> Attachment:
    page = pdf[number - 1]
    try:
        longer = max(*page.get_size(), 1.0)
        bitmap = page.render(scale=_SIDE / longer, may_draw_forms=True)
        picture = bitmap.to_pil().convert("RGB")
    finally:
        page.close()
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    data = out.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    width, height = picture.size
    part = f"page {number} of {len(pdf)}"
    return Attachment(name, "image/jpeg", data, digest, width, height, part)
