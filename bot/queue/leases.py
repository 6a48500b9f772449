"""Keeps the claims of running answers alive, and notices claims that nobody keeps any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection

import structlog

from bot.domain.errors import TransientError
from bot.domain.stores import QuestionQueue

log = structlog.get_logger(__name__)

# Many times before a lease lapses.
RENEW_INTERVAL_SECONDS = 2.0


class LeaseRenewer:
    """`running` names the questions to keep; `lapsed` is called for each that came back.

    `renewed_at` is when the store last worked, on the monotonic clock.
    """

    def __init__(
        self,
        queue: QuestionQueue,
        list_running: Callable[[], Collection[int]],
        on_expired: Callable[[], None],
    ) -> None:
        self._queue = queue
        self._list_running = list_running
        self._on_expired = on_expired
        self.renewed_at = time.monotonic()

    async def run(self) -> None:
        """Renew again and again, until cancelled."""
        while True:
            await asyncio.sleep(RENEW_INTERVAL_SECONDS)
            await self.renew()

    async def renew(self) -> None:
        """Renew once. A store that fails is tried again with the next."""
        try:
            lapsed = await self._queue.renew(self._list_running())
        except TransientError as error:
            log.warning("store_failed", at="renew", error=type(error).__name__)
            return
        self.renewed_at = time.monotonic()
        for _ in range(lapsed):
            log.warning("lease_lapsed")
            self._on_expired()
