"""Sets money aside before a request is made, or refuses it. What budgets mean, `budgets.py` knows.

Under load everybody's worst case does not fit at once, though everybody's real cost may: who would
only have to wait for others' reservations to turn out cheaper, waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import structlog

from bot.billing.budgets import find_crossed_limit, format_refusal, format_warning
from bot.billing.pricing import max_cost
from bot.domain.budgets import Budgets, Verdict
from bot.domain.costs import CostCeiling, CostOwner, Price
from bot.domain.errors import UserError
from bot.domain.stores import BudgetStore as PurseStore

log = structlog.get_logger(__name__)

# Fewer tokens than this are no answer.
MIN_TOKENS = 256
# An answer lasts minutes at most; then its reservation is gone.
_MAX_WAIT_SECONDS = 600.0
_RECHECK_SECONDS = 5.0

_TOO_EXPENSIVE_MESSAGE = (
    "This question might cost ${:,.2f}, and a single answer may cost at most ${:,.2f} here. Please"
    " ask with less: a new thread, fewer or smaller files, or `--text-only`."
)
_ALL_RESERVED_MESSAGE = (
    "So many answers are being given right now that the budget cannot take another. Please ask"
    " again in a few minutes."
)


class BudgetExceeded(UserError):
    """A request that was not made, because of a budget; `said` names it."""


class BudgetGuard:
    """Implements the promise that no budget is ever overrun."""

    def __init__(self, store: PurseStore, budgets: Budgets, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._budgets = budgets
        self._clock = clock
        self._changed = asyncio.Event()

    def fit_answer_limit(
        self, ceiling: CostCeiling, prices: Sequence[Price], *, requests: int = 1
    ) -> CostCeiling:
        """`case` with as long an answer as a single one may cost, where it takes so many equal
        `requests`. Raises `OverBudget`."""
        if self._budgets.max_answer_usd is None or not prices:
            return ceiling
        limit = self._budgets.max_answer_usd / requests
        for price in prices:
            fixed = max_cost(replace(ceiling, output_tokens=0), price)
            left = limit - fixed
            room = int(left * 1_000_000 / price.output) if price.output else ceiling.output_tokens
            if left <= 0 or room < min(MIN_TOKENS, ceiling.output_tokens):
                needed = max_cost(replace(ceiling, output_tokens=MIN_TOKENS), price)
                said = _TOO_EXPENSIVE_MESSAGE.format(
                    needed * requests, self._budgets.max_answer_usd
                )
                raise BudgetExceeded("answer", user_message=said)
            ceiling = replace(ceiling, output_tokens=min(ceiling.output_tokens, room))
        return ceiling

    async def reserve(self, cost_owner: CostOwner, amount: Decimal, *, requests: int = 1) -> None:
        """Set `amount` aside for each of so many `requests` until the question is settled.

        Raises `OverBudget`.
        """
        if not self._budgets.select_limits(cost_owner):
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + _MAX_WAIT_SECONDS
        while True:
            changed = (
                self._changed
            )  # taken before looking: nothing that is settled meanwhile is missed
            judgement = await self._store.reserve(
                cost_owner, amount, self._budgets, requests=requests
            )
            if judgement.verdict is Verdict.ALLOWED or judgement.limit is None:
                return
            if judgement.verdict is Verdict.REFUSED:
                said = format_refusal(judgement.limit, self._clock())
                await self._store.record_event("refused", str(judgement.limit), cost_owner)
                log.info("over_budget", reason=judgement.limit.scope.value)
                raise BudgetExceeded(str(judgement.limit), user_message=said)
            if loop.time() >= until:
                raise BudgetExceeded("all taken", user_message=_ALL_RESERVED_MESSAGE)
            try:
                async with asyncio.timeout(_RECHECK_SECONDS):
                    await changed.wait()
            except TimeoutError:
                continue

    async def issue_warning(self, cost_owner: CostOwner, cost: Decimal) -> str:
        """What to add to an answer that cost `cost` and is not settled yet; mostly nothing."""
        limits = self._budgets.select_limits(cost_owner)
        if not limits or not cost:
            return ""
        spent = await self._store.get_spent(cost_owner, limits)
        limit = find_crossed_limit(limits, spent, cost, self._budgets.warn_at)
        if limit is None:
            return ""
        await self._store.record_event("warned", str(limit), cost_owner)
        return format_warning(limit, self._budgets.warn_at, self._clock())

    def notify_settled(self) -> None:
        """An answer is settled: what it did not use is free."""
        self._changed.set()
        self._changed = asyncio.Event()
