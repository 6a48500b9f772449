"""Chooses the reader of what is no picture, PDF, new Office file or mail. Reads nothing itself.

A reader is imported with the first file that needs it, so that a process without one stays small.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, TypeAlias, cast

from bot.domain.files import ParsedFile
from bot.files.readers.archives import open_zip
from bot.files.readers.containers.collecting import FileReader
from bot.files.readers.ooxml.package import (
    detect_office_type,
    is_open_sheet,
    read_archive_kind,
)
from bot.files.unreadable import UnreadableError, build_unreadable_error

# Returns None for a file that is text like any other all the same.
Reader: TypeAlias = Callable[[str, bytes], ParsedFile | None]

_ROOM = "bot.files.readers"
_MAX_ENTRIES = 100_000
_STARTS = {
    b"SQLite format 3\0": "data.databases.read_database",
    b"PAR1": "parquet.reader.read_parquet",
    b"PARE": "parquet.reader.read_parquet",
    b"BEGIN:VCALENDAR": "data.calendars.read_calendar",
    b"BEGIN:VCARD": "data.contacts.read_contacts",
    b"WEBVTT": "data.subtitles.read_subtitles",
    b"<mxfile": "data.drawings.read_drawio",
    b"<mxGraphModel": "data.drawings.read_drawio",
}
_ENDINGS = {
    ".srt": "data.subtitles.read_subtitles",
    ".vtt": "data.subtitles.read_subtitles",
    ".excalidraw": "data.drawings.read_excalidraw",
}
_OPEN_DOCUMENTS = (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.presentation",
)


def choose_reader(name: str, data: bytes, read: FileReader) -> Reader | None:
    """Return the reader of a file that is no archive; None for text and for unknown files.

    `read` is called with the name and the bytes of a picture in the file.
    """
    start = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").replace(b"\0", b"")
    if data.startswith(b"SQLite format 3\0"):
        start = data[:64]
    for signature, path in _STARTS.items():
        if start.upper().startswith(signature.upper()):
            return cast(Reader, _load(path))
    if start.startswith(b"{\\rtf"):
        return partial(_load("documents.rich_text.read_rtf"), read=read)
    lower = name.lower()
    if lower.endswith(".ipynb"):
        return partial(_load("data.notebooks.read_notebook"), read=read)
    if start.startswith(b"fig-kiwi"):
        raise build_unreadable_error(name, "design file")
    is_excalidraw = start.startswith(b"{") and b'"excalidraw"' in data[:200]
    ending = ".excalidraw" if is_excalidraw else lower[lower.rfind(".") :]
    return cast(Reader, _load(_ENDINGS[ending])) if ending in _ENDINGS else None


def choose_archive_reader(name: str, data: bytes, read: FileReader) -> Reader | None:
    """Return the reader of a document that is a ZIP archive; None for other archives.

    Raises `UnreadableError` for documents that are not read.
    """
    try:
        with open_zip(name, data, _MAX_ENTRIES) as archive:
            names = archive.namelist()
            kind = read_archive_kind(archive)
    except UnreadableError:
        return None
    if kind.startswith(_OPEN_DOCUMENTS):
        return partial(_load("documents.open_document.read_open_document"), read=read)
    if kind.startswith("application/epub") or "META-INF/container.xml" in names:
        return partial(_load("documents.epub.read_epub"), read=read)
    if kind.startswith("application/vnd.oasis."):
        raise build_unreadable_error(name, "another document")
    if "visio/document.xml" in names:
        return partial(_load("documents.previews.read_visio"), read=read)
    from bot.files.readers.documents.previews import is_previewed

    if is_previewed(names):
        return partial(_load("documents.previews.read_preview"), read=read)
    return None


def is_packed_document(name: str, data: bytes) -> bool:
    """Whether a ZIP archive is a document, read or not, by the names of what is in it."""

    def refuse_picture(_: str, __: bytes) -> ParsedFile:
        raise build_unreadable_error(name, "no picture")

    if is_open_sheet(data) or detect_office_type(data):
        return True
    try:
        return choose_archive_reader(name, data, refuse_picture) is not None
    except UnreadableError:
        return True


def _load(path: str) -> Any:
    module, _, function = path.rpartition(".")
    return getattr(import_module(f"{_ROOM}.{module}"), function)
