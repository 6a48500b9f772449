"""The model's end: answers every chat completion with the same bytes, built beforehand."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable

from bench.far_ends.http import HttpConnection, build_response, build_stream
from bench.far_ends.records import Record, Records
from bench.model import END_EVENTS, build_delta
from bot.playground.model import wire

# The last word of an answer, by which `slack.py` knows that all of it has arrived.
LAST_WORD = "thelastword"
_MARK_PATTERN = re.compile(rb"\bq(\d+)q\b")
_TOKENS_PER_WRITE = 5


class LightModel:
    """Answers with `tokens` words, `pause_seconds` after each request, or leaves requests
    unanswered between `hold` and `release`."""

    def __init__(self, records: Records, *, tokens: int) -> None:
        self._holds = False
        self.pause_seconds = 0.0
        self._report_request: Callable[[], None] | None = None
        self._records = records
        words = [f"word{number} " for number in range(tokens - 1)] + [LAST_WORD]
        events = [build_delta(word) for word in words]
        parts = [
            b"".join(events[start : start + _TOKENS_PER_WRITE])
            for start in range(0, tokens, _TOKENS_PER_WRITE)
        ]
        self._writes = build_stream(b"text/event-stream", [*parts, END_EVENTS])
        catalog = json.dumps({"data": [wire.ENTRY]}).encode()
        self._catalog, self._key = build_response(catalog), build_response(_encode(wire.KEY))

    def hold(self) -> None:
        """Leave requests unanswered from now on."""
        self._holds = True

    def release(self, report_request: Callable[[], None]) -> None:
        """Answer again, and report the next request."""
        self._holds, self._report_request = False, report_request

    def answer(self, connection: HttpConnection, path: str, body: bytes) -> None:
        """Answer one request for `path`."""
        if path.endswith("/chat/completions"):
            self._complete(connection, body)
        elif path.endswith("/models"):
            connection.transport.write(self._catalog)
        elif path.endswith("/key"):
            connection.transport.write(self._key)
        else:
            connection.transport.write(build_response(b"{}", status="404 Not Found"))

    def _complete(self, connection: HttpConnection, body: bytes) -> None:
        marks = _MARK_PATTERN.findall(body)
        record = self._records.get(int(marks[-1]) if marks else 0)
        record.requested_at = record.requested_at or time.perf_counter()
        if self._report_request is not None:
            self._report_request()
            self._report_request = None
        if self._holds:
            return
        if self.pause_seconds:
            loop = asyncio.get_running_loop()
            loop.call_later(self.pause_seconds, self._write, connection, record)
        else:
            self._write(connection, record)

    def _write(self, connection: HttpConnection, record: Record) -> None:
        for part in self._writes:
            connection.transport.write(part)
        record.ended_at = time.perf_counter()


def _encode(data: object) -> bytes:
    return json.dumps({"data": data}).encode()
