"""Tasks on logs and reports: the lines that tell what failed, and lines by their numbers.

See `bot.diagnosis` for how they are found, and `bot.files.logs` for the side of the service.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.diagnosis.excerpt import serialize_excerpt
from bot.diagnosis.read import read_lines, read_relevant
from bot.files.readers.encodings import detect_encoding
from bot.files.sandbox.pipe import Header, Message


def find_relevant_lines(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return the lines of a file that tell what failed."""
    excerpt = read_relevant(blobs[0], _detect(blobs[0]), header["max_bytes"])
    return {}, [serialize_excerpt(excerpt)]


def quote_lines(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return lines of a file by their numbers."""
    excerpt = read_lines(blobs[0], _detect(blobs[0]), header["first"], header["last"])
    return {}, [serialize_excerpt(excerpt)]


def _detect(data: bytes) -> str:
    return detect_encoding(data) or "utf-8"
