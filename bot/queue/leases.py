"""Renews the claims of running answers, and reports claims that have expired."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection

import structlog

from bot.domain.errors import TransientError
from bot.domain.stores.questions import QuestionQueue
from bot.observability.rare_warning import RareWarning
from bot.queue.lease_guard import LeaseGuard

log = structlog.get_logger(__name__)

# A small part of the time after which a lease expires, so that a failed renewal does no harm.
RENEW_INTERVAL_SECONDS = 2.0


class LeaseRenewer:
    """Renews the leases of the questions that `list_running` returns, by their ids.

    `guard`: other processes work on the queue, and take what is not renewed.

    Calls `on_expired` when the lease of any other question has expired, which is due again.
    `renewed_at` is the time of the last successful renewal, on the monotonic clock.
    """

    def __init__(
        self,
        queue: QuestionQueue,
        list_running: Callable[[], Collection[int]],
        on_expired: Callable[[], None],
        *,
        guard: LeaseGuard | None = None,
    ) -> None:
        self._queue = queue
        self._list_running = list_running
        self._on_expired = on_expired
        self._guard = guard
        self._failed_renewals = RareWarning(time.monotonic)
        self.renewed_at = time.monotonic()

    async def run(self) -> None:
        """Renew every `RENEW_INTERVAL_SECONDS`, until cancelled."""
        if self._guard is not None:
            self._guard.start()
        try:
            while True:
                await asyncio.sleep(RENEW_INTERVAL_SECONDS)
                await self.renew()
        finally:
            if self._guard is not None:
                self._guard.stop()

    async def renew(self) -> None:
        """Renew once. A failure of the store is logged; the next renewal makes up for it."""
        ids, begun_at = self._list_running(), time.monotonic()
        takes_others = self._guard is None or self._guard.may_take_others()
        try:
            expired_count = await self._queue.renew(ids, takes_others=takes_others)
            if self._guard is not None:
                lost = await self._queue.list_lost(ids) if ids else ()
                self._guard.note_renewal(begun_at, lost)
        except TransientError as error:
            if count := self._failed_renewals.count():
                log.warning("store_failed", at="renew", code=error.recorded_code, count=count)
            return
        self.renewed_at = time.monotonic()
        if expired_count:
            log.warning("lease_lapsed", count=expired_count)
            self._on_expired()
