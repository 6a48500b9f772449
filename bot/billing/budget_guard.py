"""Reserve money before a request is made, or refuse the request. See `budgets.py` for the rules.

Under load, the maximum costs of all running requests may exceed a budget although their real costs
fit. A request that is only blocked by the reservations of others waits until these are settled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import structlog

from bot.billing.budgets import find_crossed_limit, format_refusal, format_warning
from bot.billing.pricing import compute_max_cost
from bot.domain.budgets import Budgets, Verdict
from bot.domain.costs import CostCeiling, CostOwner, Price
from bot.domain.errors import UserError
from bot.domain.messages import Message
from bot.domain.stores import BudgetStore

log = structlog.get_logger(__name__)

# An answer with fewer tokens is useless.
MIN_TOKENS = 256
# An answer takes minutes at most; then its reservation is settled.
_MAX_WAIT_SECONDS = 600.0
_RECHECK_SECONDS = 5.0

_TOO_EXPENSIVE_MESSAGE = (
    "This question might cost ${cost:,.2f}, and a single answer may cost at most ${limit:,.2f}"
    " here. Please"
    " ask with less: a new thread, fewer or smaller files, or `--text-only`."
)
_ALL_RESERVED_MESSAGE = Message(
    "So many answers are being given right now that the budget cannot take another. Please ask"
    " again in a few minutes."
)


class BudgetExceeded(UserError):
    """A request was not made because of a budget, which `user_message` names."""


class BudgetGuard:
    """Keeps every budget from being exceeded."""

    def __init__(self, store: BudgetStore, budgets: Budgets, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._budgets = budgets
        self._clock = clock
        self._settled = asyncio.Event()

    def fit_answer_limit(
        self, ceiling: CostCeiling, prices: Sequence[Price], *, requests: int = 1
    ) -> CostCeiling:
        """Return `ceiling` with its output tokens lowered to what the per-answer limit allows.

        The limit has to pay for `requests` equal requests at the highest of `prices`. Raises
        `BudgetExceeded` if fewer than `MIN_TOKENS` would be left.
        """
        if self._budgets.max_answer_usd is None or not prices:
            return ceiling
        limit = self._budgets.max_answer_usd / requests
        for price in prices:
            input_cost = compute_max_cost(replace(ceiling, output_tokens=0), price)
            left = limit - input_cost
            tokens = int(left * 1_000_000 / price.output) if price.output else ceiling.output_tokens
            if left <= 0 or tokens < min(MIN_TOKENS, ceiling.output_tokens):
                needed = compute_max_cost(replace(ceiling, output_tokens=MIN_TOKENS), price)
                message = Message(
                    _TOO_EXPENSIVE_MESSAGE,
                    cost=needed * requests,
                    limit=self._budgets.max_answer_usd,
                )
                raise BudgetExceeded("answer", user_message=message)
            ceiling = replace(ceiling, output_tokens=min(ceiling.output_tokens, tokens))
        return ceiling

    async def reserve(self, cost_owner: CostOwner, max_cost: Decimal, *, requests: int = 1) -> None:
        """Set `max_cost` US dollars aside for each of `requests` until the question is settled.

        Waits while only others' reservations are in the way. Raises `BudgetExceeded` if a budget is
        used up, or after ten minutes of waiting.
        """
        if not self._budgets.select_limits(cost_owner):
            return
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _MAX_WAIT_SECONDS
        while True:
            # Taken before looking, so that nothing that is settled in the meantime is missed.
            settled = self._settled
            judgement = await self._store.reserve(
                cost_owner, max_cost, self._budgets, requests=requests
            )
            if judgement.verdict is Verdict.ALLOWED or judgement.limit is None:
                return
            if judgement.verdict is Verdict.REFUSED:
                message = format_refusal(judgement.limit, self._clock())
                await self._store.record_event("refused", str(judgement.limit), cost_owner)
                log.info("over_budget", reason=judgement.limit.scope.value)
                raise BudgetExceeded(str(judgement.limit), user_message=message)
            if loop.time() >= deadline:
                raise BudgetExceeded("all taken", user_message=_ALL_RESERVED_MESSAGE)
            try:
                async with asyncio.timeout(_RECHECK_SECONDS):
                    await settled.wait()
            except TimeoutError:
                continue

    async def issue_warning(self, cost_owner: CostOwner, cost: Decimal) -> Message | None:
        """Return the warning to add to an answer that cost `cost`; None where none is due.

        Call it before the answer is settled. A warning is recorded as a budget event.
        """
        limits = self._budgets.select_limits(cost_owner)
        if not limits or not cost:
            return None
        spent = await self._store.get_spent(cost_owner, limits)
        limit = find_crossed_limit(limits, spent, cost, self._budgets.warn_at)
        if limit is None:
            return None
        await self._store.record_event("warned", str(limit), cost_owner)
        return format_warning(limit, self._budgets.warn_at, self._clock())

    def notify_settled(self) -> None:
        """Wake the requests that wait: an answer is settled, and what it did not use is free."""
        self._settled.set()
        self._settled = asyncio.Event()
