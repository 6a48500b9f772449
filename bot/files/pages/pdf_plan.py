"""Decides how a PDF is sent: as a file, some pages, pictures of pages, or text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.files import ParsedFile
from bot.domain.pages import select_existing_pages

# Pages shown to the model with one question, as pictures or as a file.
MAX_VIEWED_PAGES = 10

# Limits for a PDF that is sent as a file, with pictures and layout; longer ones are sent as text.
_MAX_NATIVE_PAGES, _MAX_NATIVE_SCANNED_PAGES = 10, 30
_MAX_NATIVE_BYTES = 10 * 1024 * 1024


class PdfMode(StrEnum):
    """How a PDF is sent."""

    WHOLE = "whole"  # the file itself
    PART = "part"  # some pages, as a file of their own
    PICTURES = "pictures"  # pages as pictures, with any text in them
    TEXT = "text"  # the text of the pages


@dataclass(frozen=True, slots=True)
class PdfPlan:
    """How a PDF is sent, and which pages; an empty tuple stands for all pages."""

    mode: PdfMode
    page_numbers: tuple[int, ...] = ()


def plan_pdf(
    parsed_file: ParsedFile,
    size_bytes: int,
    page_numbers: Sequence[int],
    *,
    reads_files: bool,
    sees: bool,
) -> PdfPlan:
    """Decide how to send a PDF of `size_bytes` whose pages `page_numbers` the message names.

    A provider that reads PDFs gets a file. Other models get text, or pictures of scanned pages.
    """
    named = select_existing_pages(page_numbers, parsed_file.count)
    if named:
        return _plan_named_pages(parsed_file, named, reads_files=reads_files, sees=sees)
    max_pages = _MAX_NATIVE_SCANNED_PAGES if parsed_file.is_scanned else _MAX_NATIVE_PAGES
    if reads_files and parsed_file.count <= max_pages and size_bytes <= _MAX_NATIVE_BYTES:
        return PdfPlan(PdfMode.WHOLE)
    if parsed_file.is_scanned and sees:
        first_pages = range(1, min(parsed_file.count, MAX_VIEWED_PAGES) + 1)
        return PdfPlan(PdfMode.PICTURES, tuple(first_pages))
    return PdfPlan(PdfMode.TEXT)


def _plan_named_pages(
    parsed_file: ParsedFile, page_numbers: tuple[int, ...], *, reads_files: bool, sees: bool
) -> PdfPlan:
    if reads_files and len(page_numbers) <= MAX_VIEWED_PAGES:
        return PdfPlan(PdfMode.PART, page_numbers)
    if parsed_file.is_scanned and sees:
        return PdfPlan(PdfMode.PICTURES, page_numbers[:MAX_VIEWED_PAGES])
    return PdfPlan(PdfMode.TEXT, page_numbers)
