"""Keeps the claims of running answers alive, and notices claims that nobody keeps any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection

import structlog

from bot.domain.errors import TryLater
from bot.domain.stores import Inbox

log = structlog.get_logger(__name__)

# Many times before a lease lapses.
RENEW_SECONDS = 2.0


class Leases:
    """`running` names the questions to keep; `lapsed` is called for each that came back.

    `renewed_at` is when the store last worked, on the monotonic clock.
    """

    def __init__(
        self, inbox: Inbox, running: Callable[[], Collection[int]], lapsed: Callable[[], None]
    ) -> None:
        self._inbox = inbox
        self._running = running
        self._lapsed = lapsed
        self.renewed_at = time.monotonic()

    async def keep(self) -> None:
        """Renew again and again, until cancelled."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await self.renew()

    async def renew(self) -> None:
        """Renew once. A store that fails is tried again with the next."""
        try:
            lapsed = await self._inbox.renew(self._running())
        except TryLater as error:
            log.warning("store_failed", at="renew", error=type(error).__name__)
            return
        self.renewed_at = time.monotonic()
        for _ in range(lapsed):
            log.warning("lease_lapsed")
            self._lapsed()
