"""Times of every question by its mark, and when all of them are answered."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(slots=True)
class Record:
    """What happened to one question, from `time.perf_counter`; 0.0: not yet.

    `ended_at` is when the model's last byte was sent, `answered_at` when the whole answer was in
    its thread.
    """

    sent_at: float = 0.0
    acked_at: float = 0.0
    requested_at: float = 0.0
    ended_at: float = 0.0
    answered_at: float = 0.0


class Records:
    """The records of all questions since the start."""

    def __init__(self) -> None:
        self.by_mark: dict[int, Record] = {}
        self._open: set[int] = set()
        self._unacknowledged: set[int] = set()
        self._changed = asyncio.Event()

    def begin(self, mark: int, sent_at: float) -> None:
        """A question was sent."""
        self.by_mark[mark] = Record(sent_at)
        self._open.add(mark)
        self._unacknowledged.add(mark)

    def get(self, mark: int) -> Record:
        """Return a question's record, an empty one if it was never sent."""
        return self.by_mark.get(mark) or Record()

    def forget_requests(self) -> set[int]:
        """Forget the model requests of questions without an answer; return their marks."""
        for mark in self._open:
            self.by_mark[mark].requested_at = 0.0
        return set(self._open)

    def acknowledge(self, mark: int) -> None:
        record = self.get(mark)
        record.acked_at = record.acked_at or time.perf_counter()
        self._unacknowledged.discard(mark)
        if not self._unacknowledged:
            self._changed.set()

    def finish(self, mark: int) -> None:
        """The whole answer is in its thread."""
        self.get(mark).answered_at = time.perf_counter()
        self._open.discard(mark)
        if not self._open:
            self._changed.set()

    async def wait_until_acknowledged(self) -> None:
        """Wait until every question is acknowledged."""
        while self._unacknowledged:
            self._changed.clear()
            await self._changed.wait()

    async def wait_until_answered(self) -> None:
        """Wait until every question is answered."""
        while self._open:
            self._changed.clear()
            await self._changed.wait()
