"""Reads PDF files: their text, pages as pictures, and some pages as a smaller PDF.

Synchronous and heavy; runs in a sandbox process. See `bot.files.pages.pdf_plan` for what is sent.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from PIL import Image as PilImage

from bot.domain.files import Document, ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.documents import pdf_drawing
from bot.files.readers.documents.pdf_extras import (
    MAX_ANNOTATIONS,
    MAX_PAIRS,
    list_extras,
    split_columns,
)
from bot.files.readers.documents.pdf_pictures import PdfPictures
from bot.files.readers.text_files import MAX_CHARS
from bot.files.unreadable import UnreadableError, build_unreadable_error

# The text of a longer file is read up to this page; people can ask for other pages by number.
MAX_PAGES = 1_000
# Pages that are rendered as pictures for one question.
MAX_RENDERED_PAGES = 10
# A PDF whose pages have fewer characters than this on average is a scan.
_MIN_TEXT_CHARS = 20
# Longer text of one page is cut off.
_MAX_PAGE_CHARS = 60_000


def read_pdf(name: str, data: bytes) -> ParsedFile:
    """Read the text of a PDF, page by page. Raises `UnreadableError`."""
    clean = clean_name(name)
    with _open_pdf(name, data) as pdf:
        count = len(pdf)
        if not count:
            raise build_unreadable_error(name, "empty")
        pdf.init_forms()
        pictures = PdfPictures()
        attachment_count = pdf.count_attachments()
        reader = _PageReader(pdf, pictures)
        pages = tuple(_read_first_pages(reader, min(count, MAX_PAGES)))
    # Fields and comments make no text of a scan.
    scanned = reader.text_size < _MIN_TEXT_CHARS * len(pages)
    left_out = ""
    if count > len(pages):
        left_out = Message("pages {first:,} to {last:,}", first=len(pages) + 1, last=count)
    parsed_file = ParsedFile(clean, "PDF", (), pages, count, left_out, scanned)
    if attachment_count > 0:
        parsed_file = parsed_file.add_left_out(
            Message("an embedded file", plural="{count:,} embedded files", count=attachment_count)
        )
    return (
        parsed_file
        if scanned or reader.pictures is None
        else reader.pictures.placer.finish(parsed_file)
    )


def render_pages(name: str, data: bytes, numbers: Sequence[int]) -> ParsedFile:
    """Return the pages `numbers`, from 1, as text and at most `MAX_RENDERED_PAGES` pictures.

    Ignores numbers that the file does not have. Raises `UnreadableError` if it has none of them.
    """
    clean = clean_name(name)
    with _open_pdf(name, data) as pdf:
        count = len(pdf)
        existing = _select_existing_pages(name, numbers, count)
        pdf.init_forms()
        pictures = tuple(
            pdf_drawing.render_page(pdf, clean, number) for number in existing[:MAX_RENDERED_PAGES]
        )
        reader = _PageReader(pdf)
        pages = tuple(reader.read(number - 1) for number in existing)
    return ParsedFile(clean, "PDF", pictures, pages, count)


def extract_pages(name: str, data: bytes, numbers: Sequence[int]) -> Document:
    """Return the pages `numbers`, from 1, as a smaller PDF. Raises `UnreadableError`."""
    import pypdfium2

    clean = clean_name(name)
    with _open_pdf(name, data) as pdf:
        count = len(pdf)
        existing = _select_existing_pages(name, numbers, count)
        part = pypdfium2.PdfDocument.new()
        try:
            part.import_pages(pdf, [number - 1 for number in existing])
            out = io.BytesIO()
            part.save(out)
        finally:
            part.close()
        pdf.init_forms()
        reader = _PageReader(pdf)
        pages = tuple(reader.read(number - 1) for number in existing)
    return Document(clean, "application/pdf", pages, out.getvalue(), tuple(existing), count)


@contextmanager
def _open_pdf(name: str, data: bytes) -> Iterator[Any]:
    # Imported on the first PDF, because the library takes megabytes and is rarely needed.
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
    existing = [number for number in dict.fromkeys(numbers) if 1 <= number <= count]
    if not existing:
        raise build_unreadable_error(name, "no such page", count)
    return existing


def _read_first_pages(reader: _PageReader, max_pages: int) -> Iterator[str]:
    """Yield the text of the first pages, until they hold more than `MAX_CHARS` together."""
    size = 0
    for number in range(max_pages):
        if size > MAX_CHARS:
            return
        page = reader.read(number)
        size += len(page)
        yield page


class _PageReader:
    """Reads pages of an open PDF, each with its form fields and comments behind its text.

    With `pictures` it says where those are, and collects them.
    """

    def __init__(self, pdf: Any, pictures: PdfPictures | None = None) -> None:
        self.pictures = pictures
        self._pdf = pdf
        self._pairs_left, self._annotations_left = MAX_PAIRS, MAX_ANNOTATIONS
        self.text_size = 0

    def read(self, index: int) -> str:
        """Return what is on a page."""
        page = self._pdf[index]
        try:
            text_page = page.get_textpage()
            try:
                text = str(text_page.get_text_bounded())
                self.text_size += len(text)
                if self.pictures is not None:
                    text = self.pictures.place(page, text_page, index + 1, text)
                text, pair_count = split_columns(text_page, text, self._pairs_left)
                self._pairs_left -= pair_count
            finally:
                text_page.close()
            extras, count = list_extras(self._pdf, page, self._annotations_left)
            self._annotations_left -= count
        finally:
            page.close()
        text = "\n\n".join(filter(None, (text[:_MAX_PAGE_CHARS], extras)))
        return text.replace("\x00", "").replace("\r\n", "\n")


def draw_page(name: str, data: bytes, number: int) -> PilImage.Image:
    """Draw the page `number`, from 1, at a size at which all is read. Raises `UnreadableError`."""
    with _open_pdf(name, data) as pdf:
        (existing,) = _select_existing_pages(name, [number], len(pdf))
        pdf.init_forms()
        page = pdf[existing - 1]
        try:
            return pdf_drawing.draw(page, pdf_drawing.find_full_side(page))
        finally:
            page.close()
