"""Reads Word and PowerPoint files of before 2007: their text, without their pictures."""

from __future__ import annotations

import re
from typing import Literal

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.documents.ole_pictures import count_pictures
from bot.files.readers.text_files import split_pages, truncate_text
from bot.files.unreadable import build_unreadable_error

_STREAMS: dict[Literal["doc", "ppt"], tuple[str, str]] = {
    "doc": ("WordDocument", "Word document"),
    "ppt": ("PowerPoint Document", "PowerPoint presentation"),
}
_ENCRYPTED_MARKERS = ("EncryptedPackage", "EncryptedSummary")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def detect_old_office(data: bytes) -> Literal["doc", "ppt"] | None:
    """Return `doc` or `ppt` by the streams in an OLE container; None for others."""
    for ending, (stream, _) in _STREAMS.items():
        if stream.encode("utf-16-le") in data:
            return ending
    return None


def read_old_office(name: str, data: bytes) -> ParsedFile:
    """Read such a file. Raises `UnreadableError`."""
    ending = detect_old_office(data)
    if ending is None:
        raise build_unreadable_error(name, "old office")
    if any(marker.encode("utf-16-le") in data for marker in _ENCRYPTED_MARKERS):
        raise build_unreadable_error(name, "password")
    try:
        from office_oxide import Document, OfficeOxideError
    except ImportError as error:
        raise build_unreadable_error(name, "old office", detail="no library") from error
    try:
        with Document.from_bytes(data, ending) as document:
            text = document.to_markdown() or document.plain_text()
    except OfficeOxideError as error:
        why = "password" if "ncrypt" in str(error) or "assword" in str(error) else "old office"
        raise build_unreadable_error(name, why, detail="not parsed") from error
    text, left_out = truncate_text(_CONTROL.sub("", str(text)).strip() + "\n")
    if not text.strip():
        raise build_unreadable_error(name, "old office", detail="no text")
    pages = tuple(split_pages(text))
    parsed_file = ParsedFile(clean_name(name), _STREAMS[ending][1], (), pages, len(pages), left_out)
    pictures = count_pictures(data)
    if not pictures:
        return parsed_file
    return parsed_file.add_left_out(
        Message("a picture", plural="{count:,} pictures", count=pictures)
    )
