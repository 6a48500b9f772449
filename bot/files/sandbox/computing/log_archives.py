"""Reads the logs in a ZIP archive as one: each after a line with its name. Writes nothing to disk.

GitHub gives the logs of a run as such an archive; test reports of several jobs come in one as well.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing

from bot.diagnosis.read import open_lines
from bot.domain.safe_text import truncate
from bot.files.readers.archives import has_overlapping_entries, open_zip
from bot.files.readers.encodings import detect_encoding
from bot.files.unreadable import build_unreadable_error

KIND = "ZIP archive"
_MAX_ENTRIES, _MAX_LOGS = 20_000, 500
_MAX_BYTES, _MAX_NAME_CHARS = 128 * 1024 * 1024, 200
_ENCRYPTED = 0x1
_COMPRESSION_TYPES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOG_NAME = re.compile(
    r".*(?:\.(?:log|txt|out|err|xml|sarif|har|trx|tap|jsonl)(?:\.\d{1,4})?|/(?:stdout|stderr|log))",
    re.IGNORECASE | re.DOTALL,
)
# The whole log of each job; its steps follow in a folder, and would be told twice.
_JOB_NAME = re.compile(r"-?\d+_[^/]+\.txt")


class LogArchive:
    """The logs of an archive. Raises `UnreadableError` for an archive that has none."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._data = data
        with closing(open_zip(name, data, _MAX_ENTRIES)) as archive:
            self._entries = _select_logs(archive)
            is_bomb = has_overlapping_entries(archive)
        if is_bomb or not self._entries:
            raise build_unreadable_error(name, "unsupported", detail="no logs in it")

    def read(self) -> Iterator[list[str]]:
        """Yield the lines of all logs, in the order of their names, from the first each time."""
        remaining = _MAX_BYTES
        with closing(open_zip(self._name, self._data, _MAX_ENTRIES)) as archive:
            for name in self._entries:
                with archive.open(name) as entry:
                    data = entry.read(remaining)
                remaining -= len(data)
                yield [f"=== {truncate(name, _MAX_NAME_CHARS)} ==="]
                read, _ = open_lines(data, detect_encoding(data) or "utf-8")
                for batch in read():
                    yield list(batch)


def _select_logs(archive: zipfile.ZipFile) -> list[str]:
    names = [
        info.filename
        for info in archive.infolist()
        if _LOG_NAME.fullmatch(info.filename)
        and not info.flag_bits & _ENCRYPTED
        and info.compress_type in _COMPRESSION_TYPES
        and not info.filename.startswith("__MACOSX/")
    ]
    jobs = [name for name in names if _JOB_NAME.fullmatch(name)]
    return sorted(jobs or names)[:_MAX_LOGS]
