"""Waits until money that is set aside for others is free again. See `budget_guard.py`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from weakref import WeakValueDictionary

from bot.domain.budgets import Demand, Judgement, Verdict, get_subject
from bot.domain.costs import CostOwner
from bot.domain.llm import Usage

# An answer takes minutes at most; then its reservation is settled.
_MAX_WAIT_SECONDS = 600.0
_RECHECK_SECONDS = 5.0
# How many of those that wait for the same budget try again at a time; the others queue up. A
# settled answer must not set off hundreds of transactions.
_MAX_TRYING = 8


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reserve: what recent requests took, what is asked for by that, the verdict."""

    recent: Sequence[Usage]
    demand: Demand
    judgement: Judgement


# Tries to reserve, after a number of seconds of waiting.
Try: TypeAlias = Callable[[float], Awaitable[Attempt]]


class WaitingLine:
    """Requests that wait for a budget, in the order of their arrival."""

    def __init__(self) -> None:
        self._settled = asyncio.Event()
        self._lines: WeakValueDictionary[tuple[str, ...], asyncio.Semaphore] = WeakValueDictionary()

    async def reserve(self, cost_owner: CostOwner, try_once: Try) -> Attempt | None:
        """Try until the verdict is not to wait; return that attempt, or None after ten minutes."""
        started_at = asyncio.get_running_loop().time()
        attempt = await try_once(0.0)
        limit = attempt.judgement.limit
        if attempt.judgement.verdict is not Verdict.WAIT or limit is None:
            return attempt
        key = (cost_owner.team, limit.scope.value, get_subject(cost_owner, limit.scope))
        line = self._lines.setdefault(key, asyncio.Semaphore(_MAX_TRYING))
        try:
            async with asyncio.timeout(_MAX_WAIT_SECONDS), line:
                return await self._try_when_settled(try_once, started_at)
        except TimeoutError:
            return None

    def notify_settled(self) -> None:
        """Wake those that wait: an answer is settled, and what it did not use is free."""
        self._settled.set()
        self._settled = asyncio.Event()

    async def _try_when_settled(self, try_once: Try, started_at: float) -> Attempt:
        """Try again whenever an answer is settled, until there is a verdict."""
        loop = asyncio.get_running_loop()
        while True:
            # Taken before looking, so that nothing that is settled in the meantime is missed.
            settled = self._settled
            attempt = await try_once(loop.time() - started_at)
            if attempt.judgement.verdict is not Verdict.WAIT:
                return attempt
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_RECHECK_SECONDS):
                    await settled.wait()
