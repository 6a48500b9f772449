"""The line in which events wait for a connection: short, and left by those that come too late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.domain.errors import StoreError

# Slack waits for three seconds and then sends an event again. What is begun takes milliseconds.
MAX_WAIT_SECONDS = 1.0
_BUSY = "53300"  # the detail of a `StoreError`: no connection is free


class ArrivalLine:
    """Lets `places` events in at the same time; the others wait, first come, first served.

    One that has waited for `seconds` leaves: when it is stored, whoever sent it has stopped to
    wait, and sends it again. There is no room for another while the first in the line has waited
    for half of that: it would not be served in time, and a line that grows serves no one in time.
    `clock` gives seconds.
    """

    def __init__(
        self, places: int, clock: Callable[[], float], *, seconds: float = MAX_WAIT_SECONDS
    ) -> None:
        self._places = asyncio.Semaphore(places)
        self._clock = clock
        self._seconds = seconds
        self._came_at: dict[object, float] = {}  # of those that wait, in their order

    @property
    def has_room(self) -> bool:
        now = self._clock()
        return now - next(iter(self._came_at.values()), now) < self._seconds / 2

    @asynccontextmanager
    async def hold_place(self) -> AsyncIterator[None]:
        """Wait for a place, and hold it. Raises `StoreError` where there is none in time."""
        await self._wait_for_place()
        try:
            yield
        finally:
            self._places.release()

    async def _wait_for_place(self) -> None:
        if not self.has_room:
            raise _build_busy_error()
        me = object()
        self._came_at[me] = self._clock()
        try:
            async with asyncio.timeout(self._seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise _build_busy_error() from error
        finally:
            del self._came_at[me]


def _build_busy_error() -> StoreError:
    error = StoreError(_BUSY)
    error.code = "database_busy"
    return error
