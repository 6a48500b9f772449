"""Tasks on logs and reports: the lines that tell what failed, and lines by their numbers.

See `bot.diagnosis` for how they are found, and `bot.files.logs` for the side of the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from bot.diagnosis.excerpt import serialize_excerpt
from bot.diagnosis.read import open_lines
from bot.diagnosis.relevant import find_relevant, list_lines
from bot.files.kinds import FileType, detect_file_type
from bot.files.readers.encodings import detect_encoding
from bot.files.sandbox.computing.log_archives import KIND, LogArchive
from bot.files.sandbox.pipe import Header, Message

_Source: TypeAlias = tuple[Callable[[], Iterable[Sequence[str]]], str]


def find_relevant_lines(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return the lines of a file that tell what failed."""
    read, kind = _open(header["name"], blobs[0])
    return {}, [serialize_excerpt(find_relevant(read, kind, header["max_bytes"]))]


def quote_lines(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return lines of a file by their numbers, which are those of `find_relevant_lines`."""
    read, kind = _open(header["name"], blobs[0])
    return {}, [serialize_excerpt(list_lines(read(), header["first"], header["last"], kind))]


def _open(name: str, data: bytes) -> _Source:
    if detect_file_type("", data) is FileType.ZIP:
        return LogArchive(name, data).read, KIND
    return open_lines(data, detect_encoding(data) or "utf-8")
