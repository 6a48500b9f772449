"""PDF files in: their text, pages as pictures, some pages as a file of their own.

Synchronous and heavy; runs in a decoder's process. What of it is sent is decided elsewhere.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.domain.files import Document, Image, ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.readers.text_files import MAX_CHARS
from bot.files.unreadable import UnreadableError, build_unreadable_error

# Of a longer file the text of the first is read; any others can be asked for by number.
MAX_PAGES = 1_000
# Pages looked at as pictures with one question.
MAX_RENDERED_PAGES = 10
# The longer side of a rendered page, in pixels: small print stays readable.
_RENDERED_SIDE = 1_600
_QUALITY = 82
# A page has text in it if it has this many characters.
_MIN_TEXT_CHARS = 20
# Page labels of one file may be anything; this much text of one page is kept.
_MAX_PAGE_CHARS = 60_000


def read_pdf(name: str, data: bytes) -> ParsedFile:
    """The text of a PDF, page by page. Raises `Unreadable`."""
    shown = clean_name(name)
    with _open_pdf(name, data) as pdf:
        count = len(pdf)
        if not count:
            raise build_unreadable_error(name, "empty")
        pages = tuple(_read_first_pages(pdf, min(count, MAX_PAGES)))
    scanned = sum(map(len, pages)) < _MIN_TEXT_CHARS * len(pages)
    left = f"pages {len(pages) + 1:,} to {count:,}" if count > len(pages) else ""
    return ParsedFile(shown, "PDF", (), pages, count, left, scanned)


def render_pages(name: str, data: bytes, numbers: Sequence[int]) -> ParsedFile:
    """The pages with these `numbers`, from 1, as text and pictures, at most `MOST_RENDERED`.

    Numbers that the file does not have are left out; raises `Unreadable` where none is left.
    """
    shown = clean_name(name)
    with _open_pdf(name, data) as pdf:
        count = len(pdf)
        wanted = _select_existing_pages(name, numbers, count)
        pdf.init_forms()
        pictures = tuple(_render_page(pdf, shown, number) for number in wanted[:MAX_RENDERED_PAGES])
        pages = tuple(_read_page(pdf, number - 1) for number in wanted)
    return ParsedFile(shown, "PDF", pictures, pages, count)


def extract_pages(name: str, data: bytes, numbers: Sequence[int]) -> Document:
    """The pages with these `numbers` as a PDF of their own. Raises `Unreadable`."""
    import pypdfium2

    shown = clean_name(name)
    with _open_pdf(name, data) as pdf:
        count = len(pdf)
        wanted = _select_existing_pages(name, numbers, count)
        part = pypdfium2.PdfDocument.new()
        try:
            part.import_pages(pdf, [number - 1 for number in wanted])
            out = io.BytesIO()
            part.save(out)
        finally:
            part.close()
        pages = tuple(_read_page(pdf, number - 1) for number in wanted)
    return Document(shown, "application/pdf", pages, out.getvalue(), tuple(wanted), count)


@contextmanager
def _open_pdf(name: str, data: bytes) -> Iterator[Any]:
    # Imported on the first PDF: the library takes megabytes that most days nobody needs.
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        why = "password" if "assword" in str(error) else "damaged"
        raise build_unreadable_error(name, why) from error
    try:
        yield pdf
    except UnreadableError:
        raise
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
    finally:
        pdf.close()


def _select_existing_pages(name: str, numbers: Sequence[int], count: int) -> list[int]:
    wanted = [number for number in dict.fromkeys(numbers) if 1 <= number <= count]
    if not wanted:
        raise build_unreadable_error(name, "no such page", count)
    return wanted


def _read_first_pages(pdf: Any, max_pages: int) -> Iterator[str]:
    """The text of the first pages, as many as hold so much that anybody could use it."""
    size = 0
    for number in range(max_pages):
        if size > MAX_CHARS:
            return
        page = _read_page(pdf, number)
        size += len(page)
        yield page


def _read_page(pdf: Any, index: int) -> str:
    page = pdf[index]
    try:
        text = page.get_textpage()
        try:
            said = str(text.get_text_bounded())
        finally:
            text.close()
    finally:
        page.close()
    return said[:_MAX_PAGE_CHARS].replace("\x00", "").replace("\r\n", "\n")


def _render_page(pdf: Any, name: str, number: int) -> Image:
    page = pdf[number - 1]
    try:
        longer = max(*page.get_size(), 1.0)
        bitmap = page.render(scale=_RENDERED_SIDE / longer, may_draw_forms=True)
        picture = bitmap.to_pil().convert("RGB")
    finally:
        page.close()
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    data = out.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    width, height = picture.size
    part = f"page {number} of {len(pdf)}"
    return Image(name, "image/jpeg", data, digest, width, height, part)
