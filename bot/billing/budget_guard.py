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

from bot.billing.budgets import crossed, refusal, warning
from bot.billing.pricing import most
from bot.domain.budgets import Budgets, Verdict
from bot.domain.costs import Account, Price, WorstCase
from bot.domain.errors import TellPerson
from bot.domain.stores import Purse as PurseStore

log = structlog.get_logger(__name__)

# Fewer tokens than this are no answer.
FEWEST_TOKENS = 256
# An answer lasts minutes at most; then its reservation is gone.
_LONGEST_WAIT = 600.0
_LOOK_SECONDS = 5.0

_TOO_DEAR = (
    "This question might cost ${:,.2f}, and a single answer may cost at most ${:,.2f} here. Please"
    " ask with less: a new thread, fewer or smaller files, or `--text-only`."
)
_ALL_TAKEN = (
    "So many answers are being given right now that the budget cannot take another. Please ask"
    " again in a few minutes."
)


class OverBudget(TellPerson):
    """A request that was not made, because of a budget; `said` names it."""


class Purse:
    """Implements the promise that no budget is ever overrun."""

    def __init__(self, store: PurseStore, budgets: Budgets, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._budgets = budgets
        self._clock = clock
        self._changed = asyncio.Event()

    def affordable(
        self, case: WorstCase, prices: Sequence[Price], *, requests: int = 1
    ) -> WorstCase:
        """`case` with as long an answer as a single one may cost, where it takes so many equal
        `requests`. Raises `OverBudget`."""
        if self._budgets.answer is None or not prices:
            return case
        limit = self._budgets.answer / requests
        for price in prices:
            fixed = most(replace(case, output_tokens=0), price)
            left = limit - fixed
            room = int(left * 1_000_000 / price.output) if price.output else case.output_tokens
            if left <= 0 or room < min(FEWEST_TOKENS, case.output_tokens):
                needed = most(replace(case, output_tokens=FEWEST_TOKENS), price)
                said = _TOO_DEAR.format(needed * requests, self._budgets.answer)
                raise OverBudget("answer", said=said)
            case = replace(case, output_tokens=min(case.output_tokens, room))
        return case

    async def reserve(self, account: Account, amount: Decimal, *, requests: int = 1) -> None:
        """Set `amount` aside for each of so many `requests` until the question is settled.

        Raises `OverBudget`.
        """
        if not self._budgets.limits(account):
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + _LONGEST_WAIT
        while True:
            changed = (
                self._changed
            )  # taken before looking: nothing that is settled meanwhile is missed
            judgement = await self._store.reserve(account, amount, self._budgets, requests=requests)
            if judgement.verdict is Verdict.ALLOWED or judgement.limit is None:
                return
            if judgement.verdict is Verdict.REFUSED:
                said = refusal(judgement.limit, self._clock())
                await self._store.note("refused", str(judgement.limit), account)
                log.info("over_budget", reason=judgement.limit.scope.value)
                raise OverBudget(str(judgement.limit), said=said)
            if loop.time() >= until:
                raise OverBudget("all taken", said=_ALL_TAKEN)
            try:
                async with asyncio.timeout(_LOOK_SECONDS):
                    await changed.wait()
            except TimeoutError:
                continue

    async def warning(self, account: Account, cost: Decimal) -> str:
        """What to add to an answer that cost `cost` and is not settled yet; mostly nothing."""
        limits = self._budgets.limits(account)
        if not limits or not cost:
            return ""
        spent = await self._store.spent(account, limits)
        limit = crossed(limits, spent, cost, self._budgets.warn_at)
        if limit is None:
            return ""
        await self._store.note("warned", str(limit), account)
        return warning(limit, self._budgets.warn_at, self._clock())

    def settled(self) -> None:
        """An answer is settled: what it did not use is free."""
        self._changed.set()
        self._changed = asyncio.Event()
