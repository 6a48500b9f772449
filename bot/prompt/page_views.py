"""Describe in words which pages of a file the model is shown. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.files import Document, Excerpt, Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.pages import format_ranges, list_pages

# People count sheets, slides or files in these kinds, and pages in all others.
_PAGES = "pages"
_UNITS = {
    "Excel workbook": "sheets",
    "OpenDocument spreadsheet": "sheets",
    "PowerPoint presentation": "slides",
    "ZIP archive": "files",
}
_NONE_OF = {
    "pages": "none of {count:,} page",
    "sheets": "none of {count:,} sheet",
    "slides": "none of {count:,} slide",
    "files": "none of {count:,} file",
}
_NONE_OF_SEVERAL = {
    "pages": "none of {count:,} pages",
    "sheets": "none of {count:,} sheets",
    "slides": "none of {count:,} slides",
    "files": "none of {count:,} files",
}
_SINGLE = {"pages": "1 page", "sheets": "1 sheet", "slides": "1 slide", "files": "1 file"}
_ALL = {
    "pages": "all {count:,} pages",
    "sheets": "all {count:,} sheets",
    "slides": "all {count:,} slides",
    "files": "all {count:,} files",
}
_SOME = {
    "sheets": "some of {count:,} sheets",
    "slides": "some of {count:,} slides",
    "files": "some of {count:,} files",
}


def format_pages(
    parsed_file: ParsedFile,
    pictures: Sequence[Image],
    document: Document | None,
    excerpt: Excerpt | None,
) -> str:
    """Return which pages are sent; "" for a picture."""
    if parsed_file.shown_lines and (document or excerpt):
        return parsed_file.shown_lines
    numbers = _list_numbers(document, excerpt)
    if not numbers and (pictures or not (parsed_file.pages or document)):
        return _format_pictured_pages(parsed_file, pictures)
    read_count = len(parsed_file.pages)
    page_count = max(parsed_file.count, read_count)
    unit = _UNITS.get(parsed_file.kind, _PAGES)
    unit_count = page_count if unit == _PAGES else parsed_file.count
    if not numbers:
        return Message(_NONE_OF[unit], plural=_NONE_OF_SEVERAL[unit], count=unit_count)
    if len(numbers) >= max(read_count, 1) and read_count >= parsed_file.count:
        return Message(_SINGLE[unit], plural=_ALL[unit], count=max(unit_count, 1))
    if unit != _PAGES:
        return Message(_SOME[unit], count=unit_count)
    return _format_some_pages(numbers, page_count)


def _list_numbers(document: Document | None, excerpt: Excerpt | None) -> list[int]:
    if document is not None:
        return [number for number, _ in document.numbered_pages]
    return [] if excerpt is None else [number for number, _ in excerpt.pages]


def _format_pictured_pages(parsed_file: ParsedFile, pictures: Sequence[Image]) -> str:
    """Return which pages of a file without text are seen as pictures; "" for other pictures."""
    numbers = [] if parsed_file.pages else list_pages(pictures)
    if numbers and len(numbers) == parsed_file.count:
        return Message(_SINGLE[_PAGES], plural=_ALL[_PAGES], count=len(numbers))
    return _format_some_pages(numbers, parsed_file.count) if numbers else ""


def _format_some_pages(numbers: Sequence[int], page_count: int) -> Message:
    return Message(
        "page {pages} of {page_count:,}",
        plural="pages {pages} of {page_count:,}",
        count=len(numbers),
        pages=format_ranges(numbers),
        page_count=page_count,
    )
