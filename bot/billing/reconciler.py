"""Find out the cost of generations that did not report it: interrupted, cut short, or absurd."""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.costs import UnbilledRequest
from bot.domain.errors import EaselError, OperatorError, TransientError
from bot.domain.ports import Bills
from bot.domain.stores.ledger import Ledger
from bot.observability.metrics import Metrics

log = structlog.get_logger(__name__)

CHECK_INTERVAL_SECONDS = 5.0
# The provider knows a cost seconds to minutes after the end of a generation, or never.
RETRY_DELAYS_SECONDS = (5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
# A bill whose look-up only fails is given up after a day in which others were answered, and after
# so long in any case: its month is over, and the provider forgets.
_PATIENCE_SECONDS = 86_400.0
_MAX_PATIENCE_SECONDS = 31 * 86_400.0
_MAX_CONCURRENT = 20


class Reconciler:
    """Asks for unknown costs until the provider knows them or `RETRY_DELAYS_SECONDS` are over.

    A provider that cannot be asked is asked again, ever more rarely: that says nothing of the bill,
    unless it answers for others. While it answers for none, or no answer can be kept, it hears of
    one bill at a time.
    """

    def __init__(self, ledger: Ledger, bills: Bills, metrics: Metrics) -> None:
        self._ledger = ledger
        self._bills = bills
        self._metrics = metrics
        self._is_failing = False
        self._answer_count = 0
        # By generation: how often the look-up failed in a row, and the answers before the first.
        self._failures = dict[str, tuple[int, int]]()

    async def run(self) -> None:
        """Reconcile regularly until cancelled."""
        while True:
            await asyncio.sleep(CHECK_INTERVAL_SECONDS)
            try:
                await self.reconcile_due()
            except EaselError as error:
                log.warning("bills_not_read", error=type(error).__name__)

    async def reconcile_due(self) -> None:
        """Ask once for each request that is due. Raises `StoreError`."""
        asked = set[str]()
        while True:
            due = await self._ledger.list_unbilled(1 if self._is_failing else _MAX_CONCURRENT)
            if asked.issuperset(request.generation_id for request in due):
                break
            asked |= {request.generation_id for request in due}
            # Concurrently: after a bad hour there are hundreds, and most are not known yet.
            self._is_failing = True  # unless it goes well
            answered = await asyncio.gather(*(self._reconcile(request) for request in due))
            self._is_failing = not any(answered)
            if self._is_failing:
                break  # it need not hear of all the others now
        self._metrics.set_bills(await self._ledger.count_bills())

    async def _reconcile(self, request: UnbilledRequest) -> bool:
        """Ask for one cost; return whether the provider answered."""
        try:
            cost = await self._bills.fetch_cost(request.generation_id)
        except (TransientError, OperatorError) as error:
            log.warning("bill_lookup_failed", error=type(error).__name__, code=error.code)
            await self._postpone_failed(request)
            return False
        except EaselError as error:
            log.warning("bill_lookup_failed", error=type(error).__name__, code=error.code)
            cost = None
        self._answer_count += 1
        self._failures.pop(request.generation_id, None)
        if cost is not None:
            await self._ledger.record_cost(request.generation_id, cost)
        elif request.lookups < len(RETRY_DELAYS_SECONDS):
            delay_seconds = RETRY_DELAYS_SECONDS[request.lookups]
            await self._ledger.postpone(request, delay_seconds=delay_seconds)
        else:
            await self._give_up(request)
        return True

    async def _postpone_failed(self, request: UnbilledRequest) -> None:
        count, answers_before = self._failures.get(request.generation_id, (0, self._answer_count))
        answers_others = self._answer_count > answers_before
        patience_seconds = _PATIENCE_SECONDS if answers_others else _MAX_PATIENCE_SECONDS
        if count and request.age_seconds >= patience_seconds:
            self._failures.pop(request.generation_id)
            await self._give_up(request)
            return
        self._failures[request.generation_id] = count + 1, answers_before
        step = min(request.lookups + count, len(RETRY_DELAYS_SECONDS) - 1)
        delay_seconds = RETRY_DELAYS_SECONDS[step]
        await self._ledger.postpone(request, delay_seconds=delay_seconds, is_counted=False)

    async def _give_up(self, request: UnbilledRequest) -> None:
        log.warning("bill_given_up", count=request.lookups + 1)
        await self._ledger.postpone(request, delay_seconds=None)
