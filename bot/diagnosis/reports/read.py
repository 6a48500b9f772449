"""Finds out whether a file is a report, and reads it as a list of lines on what failed.

What is no report, or is damaged, is read as the log that it may be.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from bot.diagnosis.reports.har import read_har
from bot.diagnosis.reports.json_tests import read_go_test, read_jest, read_pytest
from bot.diagnosis.reports.junit import read_junit
from bot.diagnosis.reports.report import ReportLines
from bot.diagnosis.reports.sarif import read_sarif

_START_BYTES = 4_096
# Parsed, JSON takes up to some twenty times its size.
_MAX_JSON_BYTES = 64 * 1024 * 1024
_JSON_READERS: tuple[tuple[str, Callable[[object], ReportLines | None]], ...] = (
    ("SARIF report", read_sarif),
    ("HAR file", read_har),
    ("Jest report", read_jest),
    ("pytest report", read_pytest),
)


@dataclass(frozen=True, slots=True)
class Report:
    """The lines made of a report, and what it is called."""

    kind: str
    lines: tuple[str, ...]


def read_report(data: bytes, encoding: str) -> Report | None:
    """Return what failed in a report; None for a file that is none. Never raises."""
    start = data[:_START_BYTES].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    try:
        if start.startswith(b"<"):
            return _build("test report", read_junit(data))
        if not start.startswith(b"{"):
            return None
        found = _build("test report", read_go_test(data))
        if found is None and len(data) <= _MAX_JSON_BYTES:
            found = _read_json(json.loads(data.decode(encoding, "replace")))
        return found
    except Exception:  # noqa: BLE001 - parsers raise anything on a hostile file: it is a log then
        return None


def _read_json(value: object) -> Report | None:
    found = (_build(kind, read(value)) for kind, read in _JSON_READERS)
    return next((report for report in found if report is not None), None)


def _build(kind: str, report: ReportLines | None) -> Report | None:
    return Report(kind, tuple(report.lines)) if report is not None and report.lines else None
