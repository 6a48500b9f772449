"""Reads the relevant lines of a log or a report of any form. Runs in a decoder.

See `bot.files.logs` for the side of the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.diagnosis.excerpt import Excerpt
from bot.diagnosis.lines import read_batches, split_lines
from bot.diagnosis.relevant import MAX_BYTES, find_relevant, list_lines
from bot.diagnosis.reports.read import read_report


def read_relevant(data: bytes, encoding: str, max_bytes: int = MAX_BYTES) -> Excerpt:
    """Return the lines of a file that tell what failed."""
    read, kind = open_lines(data, encoding)
    return find_relevant(read, kind, max_bytes)


def read_lines(data: bytes, encoding: str, first: int, last: int) -> Excerpt:
    """Return lines of a file by their numbers, which are those of `read_relevant`."""
    read, kind = open_lines(data, encoding)
    return list_lines(read(), first, last, kind)


def open_lines(data: bytes, encoding: str) -> tuple[Callable[[], Iterable[Sequence[str]]], str]:
    """Return what reads the lines of a file from the first, and what kind of file it is."""
    report = read_report(data, encoding)
    if report is None:
        return (lambda: read_batches(data, encoding)), "log"
    return (lambda: split_lines(report.lines)), report.kind
