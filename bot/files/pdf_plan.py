"""How a PDF is sent: as a file, some of its pages, pictures of pages, or text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.files import ParsedFile
from bot.domain.pages import existing_pages

# Pages that a model looks at with one question, as pictures or as a file.
MAX_VIEWED_PAGES = 10

# What the model reads itself, with its pictures and layout; longer files go as their text.
_MAX_NATIVE_PAGES, _MAX_NATIVE_SCANNED_PAGES = 10, 30

_MAX_NATIVE_BYTES = 10 * 1024 * 1024


class PdfMode(StrEnum):
    """How a PDF is sent."""

    WHOLE = "whole"  # the file itself
    PART = "part"  # some pages, as a file of their own
    PICTURES = "pictures"  # pages as pictures, with what text they have
    TEXT = "text"  # their text


@dataclass(frozen=True, slots=True)
class PdfPlan:
    """How, and which pages; none: all of them."""

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
    """Decide for a PDF of `size` bytes of which a message names the pages `named`.

    As a file where the provider reads such; else as text, and as pictures where there is no text.
    """
    wanted = existing_pages(page_numbers, parsed_file.count)
    if wanted:
        return _plan_selected_pages(parsed_file, wanted, reads_files=reads_files, sees=sees)
    most = _MAX_NATIVE_SCANNED_PAGES if parsed_file.scanned else _MAX_NATIVE_PAGES
    if reads_files and parsed_file.count <= most and size_bytes <= _MAX_NATIVE_BYTES:
        return PdfPlan(PdfMode.WHOLE)
    if parsed_file.scanned and sees:
        return PdfPlan(
            PdfMode.PICTURES, tuple(range(1, min(parsed_file.count, MAX_VIEWED_PAGES) + 1))
        )
    return PdfPlan(PdfMode.TEXT)


def _plan_selected_pages(
    parsed_file: ParsedFile, page_numbers: tuple[int, ...], *, reads_files: bool, sees: bool
) -> PdfPlan:
    few = page_numbers[:MAX_VIEWED_PAGES]
    if reads_files and len(page_numbers) <= MAX_VIEWED_PAGES:
        return PdfPlan(PdfMode.PART, page_numbers)
    if parsed_file.scanned and sees:
        return PdfPlan(PdfMode.PICTURES, few)
    return PdfPlan(PdfMode.TEXT, page_numbers)
