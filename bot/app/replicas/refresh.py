"""Repeats work whenever other replicas give reason to: reads a cache again, looks at wishes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.domain.errors import EaselError

log = structlog.get_logger(__name__)

_RETRY_SECONDS = 1.0


class Refresher:
    """Runs `work` after each `request`, once for several that come meanwhile, until it succeeds."""

    def __init__(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        self._work = work
        self._name = name
        self._is_requested = asyncio.Event()

    def request(self) -> None:
        """Run the work soon. Returns at once."""
        self._is_requested.set()

    async def run(self) -> None:
        """Run the work when it is requested, until cancelled."""
        while True:
            await self._is_requested.wait()
            self._is_requested.clear()
            try:
                await self._work()
            except EaselError as error:
                log.warning("refresh_failed", at=self._name, code=error.recorded_code)
                self._is_requested.set()
                await asyncio.sleep(_RETRY_SECONDS)
