"""Reads the text of a web page as it is stored. Runs no script, and fetches no picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.html_text import convert_html
from bot.files.readers.text_files import decode_text, split_pages, truncate_text
from bot.files.unreadable import build_unreadable_error

_RECORDING = re.compile(r"<(?:video|audio)\b", re.IGNORECASE)
_PAGE = re.compile(r"<iframe\b", re.IGNORECASE)


def read_web_page(name: str, data: bytes) -> ParsedFile:
    """Read a page; its pictures are counted. Raises `UnreadableError`."""
    html = decode_text(data)
    if html is None:
        raise build_unreadable_error(name, "damaged", detail="no text")
    sources = list[str]()

    def mark_picture(source: str, alt: str) -> str:
        sources.append(source)
        return f"[picture: {alt}]" if alt else "[picture]"

    text, left_out = truncate_text(convert_html(html, mark_picture))
    pages = tuple(split_pages(text))
    parsed_file = ParsedFile(clean_name(name), "web page", (), pages, len(pages), left_out)
    for left_out in _list_left_out(html, len(set(sources))):
        parsed_file = parsed_file.add_left_out(left_out)
    return parsed_file


def _list_left_out(html: str, picture_count: int) -> Iterator[Message]:
    """Yield what of a page is not shown, each with its number."""
    recording_count, page_count = len(_RECORDING.findall(html)), len(_PAGE.findall(html))
    if picture_count:
        yield Message("a picture", plural="{count:,} pictures", count=picture_count)
    if recording_count:
        yield Message("a recording", plural="{count:,} recordings", count=recording_count)
    if page_count:
        yield Message("a page within it", plural="{count:,} pages within it", count=page_count)
