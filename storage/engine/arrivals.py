"""The line in which events wait for a connection: with patience, unless it never ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.errors import StoreError

# There is no room for more once the first in the line has waited for this part of its patience.
_FULL_PART = 0.75
BUSY_CODE = "database_busy"
_BUSY = "53300"  # the detail of a `StoreError`: no connection is free


@dataclass(frozen=True, slots=True)
class Patience:
    """How long events wait: for `burst` seconds, or only for `standing` seconds where one had to be
    turned away within the last `lasts` seconds.

    Slack waits for three seconds and sends an event again at once, and then only after a minute. So
    what comes in a burst is better stored late than not: when it comes again it is known. But where
    more comes than can be stored, what is stored in time does not come again, and what is not takes
    no time of others.
    """

    burst: float = 30.0
    standing: float = 2.4
    lasts: float = 20.0


class ArrivalLine:
    """Lets `places` events in at the same time; the others wait, first come, first served.

    One that has lost its patience leaves. There is no room for another while the first in the line
    is about to. `clock` gives seconds.
    """

    def __init__(
        self, places: int, clock: Callable[[], float], patience: Patience = Patience()
    ) -> None:
        self._places = asyncio.Semaphore(places)
        self._clock = clock
        self._patience = patience
        self._came_at: dict[object, float] = {}  # of those that wait, in their order
        self._refused_at = float("-inf")

    @property
    def has_room(self) -> bool:
        """Whether one more may wait. Whoever finds none is one who had to be turned away."""
        now = self._clock()
        waited = now - next(iter(self._came_at.values()), now)
        if waited < self._get_seconds(now) * _FULL_PART:
            return True
        self._refused_at = now
        return False

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
        me, now = object(), self._clock()
        self._came_at[me] = now
        try:
            async with asyncio.timeout(self._get_seconds(now)):
                await self._places.acquire()
        except TimeoutError as error:
            self._refused_at = self._clock()
            raise _build_busy_error() from error
        finally:
            del self._came_at[me]

    def _get_seconds(self, now: float) -> float:
        is_burst = now - self._refused_at > self._patience.lasts
        return self._patience.burst if is_burst else self._patience.standing


def _build_busy_error() -> StoreError:
    error = StoreError(_BUSY)
    error.code = BUSY_CODE
    return error
