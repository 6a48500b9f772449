"""The places for answers of one process that shares its queue, taken by whoever comes first.

Whether it is a question that is stored here or one that a job names, `dispatched.py` decides.
"""

from __future__ import annotations

import asyncio
import contextlib

# Whoever waits for a place must notice now and then that its database is gone.
_MAX_WAIT_SECONDS = 2.0


class Places:
    """Implements `bot.domain.stores.questions.AnswerPlaces`: each one taken is given back once."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._free = total
        self._changed = asyncio.Event()  # one is free, or they are closed
        self._changed.set()
        self._is_closed = False
        # Others came first and found no place. Until all of them have one, no newer one has.
        self._is_behind = False

    @property
    def is_full(self) -> bool:
        return self._free == 0

    def take_as_newest(self) -> bool:
        """Take a place for who has just come, unless others wait for one."""
        return not (self._is_behind or self._is_closed) and self.take()

    def take(self) -> bool:
        """Take a place; return False where there is none, and remember that one was wanted."""
        if self.is_full:
            self._is_behind = True
            return False
        self._free -= 1
        if self.is_full and not self._is_closed:
            self._changed.clear()
        return True

    def give_back(self) -> None:
        """Give back a place that was taken."""
        self._free += 1
        self._changed.set()

    def note_none_waiting(self) -> None:
        self._is_behind = False

    async def wait_for_one(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_MAX_WAIT_SECONDS):
                await self._changed.wait()
        return not (self.is_full or self._is_closed)

    def close(self) -> None:
        """Offer no more places, and end all waiting for one."""
        self._is_closed = True
        self._changed.set()
