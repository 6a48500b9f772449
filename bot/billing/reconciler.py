"""Finds out what generations cost whose answer did not say: interrupted, or cut short."""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.costs import OpenBill
from bot.domain.errors import EaselError
from bot.domain.ports import Bills
from bot.domain.stores import Ledger
from bot.observability.metrics import Metrics

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
# The provider knows a generation some seconds to minutes after its end; then never.
WAITS = (5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
_AT_ONCE = 20


class Reconciler:
    """Asks the provider for open bills until they are known or `WAITS` is used up."""

    def __init__(self, ledger: Ledger, bills: Bills, metrics: Metrics) -> None:
        self._ledger = ledger
        self._bills = bills
        self._metrics = metrics

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except EaselError as error:
                log.warning("bills_not_read", error=type(error).__name__)

    async def look(self) -> None:
        """Ask once for what is due. Raises `StoreFailed`."""
        due = await self._ledger.open_bills(_AT_ONCE)
        self._metrics.unbilled.set(len(due))
        # Side by side: after a bad hour there are hundreds, and most are not known yet.
        await asyncio.gather(*(self._settle(bill) for bill in due))

    async def _settle(self, bill: OpenBill) -> None:
        try:
            cost = await self._bills.cost_of(bill.generation_id)
        except EaselError as error:
            log.warning("bill_not_had", error=type(error).__name__, code=error.code)
            cost = None
        if cost is not None:
            await self._ledger.note_cost(bill.generation_id, cost)
            return
        wait = WAITS[bill.tries] if bill.tries < len(WAITS) else None
        await self._ledger.ask_later(bill, after=wait)
