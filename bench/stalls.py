"""Measures how long the event loop is blocked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_TICK_SECONDS = 0.001


@dataclass(slots=True)
class Stalls:
    """The longest delay of a timer so far."""

    longest_ms: float = 0.0


@asynccontextmanager
async def watch_stalls() -> AsyncIterator[Stalls]:
    """Measure the stalls of the event loop while the context is open."""
    stalls = Stalls()

    async def watch() -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(_TICK_SECONDS)
            late_ms = (time.perf_counter() - started - _TICK_SECONDS) * 1000
            stalls.longest_ms = max(stalls.longest_ms, late_ms)

    watching = asyncio.create_task(watch())
    try:
        yield stalls
    finally:
        # One more tick, in which a stall at the very end is still measured.
        await asyncio.sleep(2 * _TICK_SECONDS)
        watching.cancel()
