"""Renews the claims of running answers, and reports claims that have expired."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection

import structlog

from bot.domain.errors import TransientError
from bot.domain.stores.questions import QuestionQueue
from bot.observability.rare_warning import RareWarning

log = structlog.get_logger(__name__)

# A small part of the time after which a lease expires, so that a failed renewal does no harm.
RENEW_INTERVAL_SECONDS = 2.0


class LeaseRenewer:
    """Renews the leases of the questions that `list_running` returns, by their ids.

    Calls `on_expired` when the lease of any other question has expired, which is due again.
    `renewed_at` is the time of the last successful renewal, on the monotonic clock.
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
        self._failed_renewals = RareWarning(time.monotonic)
        self.renewed_at = time.monotonic()

    async def run(self) -> None:
        """Renew every `RENEW_INTERVAL_SECONDS`, until cancelled."""
        while True:
            await asyncio.sleep(RENEW_INTERVAL_SECONDS)
            await self.renew()

    async def renew(self) -> None:
        """Renew once. A failure of the store is logged; the next renewal makes up for it."""
        try:
            expired_count = await self._queue.renew(self._list_running())
        except TransientError as error:
            if count := self._failed_renewals.count():
                log.warning("store_failed", at="renew", code=error.recorded_code, count=count)
            return
        self.renewed_at = time.monotonic()
        if expired_count:
            log.warning("lease_lapsed", count=expired_count)
            self._on_expired()
