"""Finds out what generations cost whose answer did not say: interrupted, or cut short."""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.costs import UnbilledRequest
from bot.domain.errors import EaselError
from bot.domain.ports import Bills
from bot.domain.stores import Ledger
from bot.observability.metrics import Metrics

log = structlog.get_logger(__name__)

CHECK_INTERVAL_SECONDS = 5.0
# The provider knows a generation some seconds to minutes after its end; then never.
RETRY_DELAYS_SECONDS = (5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
_MAX_CONCURRENT = 20


class Reconciler:
    """Asks the provider for open bills until they are known or `WAITS` is used up."""

    def __init__(self, ledger: Ledger, bills: Bills, metrics: Metrics) -> None:
        self._ledger = ledger
        self._bills = bills
        self._metrics = metrics

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await asyncio.sleep(CHECK_INTERVAL_SECONDS)
            try:
                await self.reconcile_due()
            except EaselError as error:
                log.warning("bills_not_read", error=type(error).__name__)

    async def reconcile_due(self) -> None:
        """Ask once for what is due. Raises `StoreFailed`."""
        due = await self._ledger.list_unbilled(_MAX_CONCURRENT)
        self._metrics.unbilled_requests.set(len(due))
        # Side by side: after a bad hour there are hundreds, and most are not known yet.
        await asyncio.gather(*(self._reconcile(bill) for bill in due))

    async def _reconcile(self, bill: UnbilledRequest) -> None:
        try:
            cost = await self._bills.fetch_cost(bill.generation_id)
        except EaselError as error:
            log.warning("bill_lookup_failed", error=type(error).__name__, code=error.code)
            cost = None
        if cost is not None:
            await self._ledger.record_cost(bill.generation_id, cost)
            return
        wait = (
            RETRY_DELAYS_SECONDS[bill.lookups] if bill.lookups < len(RETRY_DELAYS_SECONDS) else None
        )
        await self._ledger.postpone(bill, delay_seconds=wait)
