"""Reserve money before a request is made, or refuse the request. See `budgets.py` for the rules.

A request that does not fit is first lowered (`lowering.py`). Under load, the maximum costs of all
running requests may exceed a budget although their real costs fit: a request that is only blocked
by the reservations of others waits until these are settled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NoReturn

import structlog

from bot.billing import budget_messages
from bot.billing.budgets import list_limits_to_warn_of
from bot.billing.finished_costs import FinishedCosts
from bot.billing.grants import Alternatives, BudgetExceeded, Grant, find_advice
from bot.billing.lowering import CostNeed, build_demand, fit_ceiling
from bot.billing.waiting_line import Attempt, WaitingLine
from bot.domain.budgets import AnswerLimit, Budgets, Demand, Limit, Verdict, get_subject
from bot.domain.costs import CostOwner, RequestPurpose
from bot.domain.messages import Message
from bot.domain.stores.budgets import BudgetStore
from bot.domain.stores.replicas import Duties, OwnDuties

log = structlog.get_logger(__name__)

# After this time a short answer is better than more waiting.
_PATIENCE_SECONDS = 15.0
# Within this time an answer that carries a warning is settled, or the warning is another's.
_WARNING_SECONDS = 300.0


class BudgetGuard:
    """Keeps every budget from being exceeded."""

    def __init__(self, store: BudgetStore, budgets: Budgets, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._budgets = budgets
        self._clock = clock
        max_answer_usd = budgets.max_answer_usd
        self._answer_limit = None if max_answer_usd is None else AnswerLimit(max_answer_usd)
        self._finished_costs = FinishedCosts()
        # Of answers that are not settled yet: whose each warning is, and when it was taken. Until
        # it is recorded, a new period may begin, which has a warning of its own.
        self._warnings = dict[tuple[str, Limit], tuple[CostOwner, datetime]]()
        self._line = WaitingLine()
        self._duties: Duties = OwnDuties()

    def connect(self, duties: Duties) -> None:
        """From now on give each warning on one replica alone."""
        self._duties = duties

    async def reserve(
        self,
        cost_owner: CostOwner,
        need: CostNeed,
        *,
        purpose: RequestPurpose = RequestPurpose.ANSWER,
        already_spent: Decimal = Decimal(0),
        list_alternatives: Callable[[], Alternatives] = tuple,
    ) -> Grant:
        """Set aside what each request of `need` may cost, until the question is settled.

        A question that has `already_spent` US dollars may cost as much less. It is lowered if it
        does not fit otherwise, and waits while only others' reservations are in the way. Raises
        `BudgetExceeded` if not even its least fits, or after ten minutes of waiting.
        """
        affordable = await self._fit_answer_limit(
            cost_owner, need, already_spent, list_alternatives
        )
        answer_limit = self._answer_limit if affordable != need else None
        if not self._budgets.select_limits(cost_owner):
            amount = affordable.compute_cost(affordable.ceiling)
            least = build_demand(affordable).least
            return Grant(affordable.ceiling, need.ceiling, amount, answer_limit, least)
        attempt = await self._reserve_what_fits(cost_owner, affordable, purpose)
        limit, amount = attempt.judgement.limit, attempt.judgement.amount
        if attempt.judgement.verdict is not Verdict.ALLOWED and limit is not None:
            await self._reject(cost_owner, attempt, limit, list_alternatives)
        least = attempt.demand.least
        grant = Grant(affordable.ceiling, need.ceiling, amount, answer_limit, least)
        if limit is None:
            return grant
        ceiling = fit_ceiling(affordable, amount, attempt.recent) or affordable.ceiling
        lowered_by = limit if ceiling != affordable.ceiling else answer_limit
        return replace(grant, ceiling=ceiling, lowered_by=lowered_by)

    async def reserve_unless_near_limit(self, cost_owner: CostOwner, need: CostNeed) -> Decimal:
        """Set aside the cost of what people have not asked for; return it.

        Never waits, and leaves what is beyond the warning level of a budget to people's questions.
        Raises `BudgetExceeded`.
        """
        recent = await self._store.list_recent_usage(RequestPurpose.SUMMARY, need.models)
        demand = build_demand(replace(need, can_be_lowered=False), recent)
        lower = self._budgets.scale_limits(self._budgets.warn_at)
        if lower.select_limits(cost_owner):
            judgement = await self._store.reserve(cost_owner, demand, lower)
            if judgement.verdict is not Verdict.ALLOWED:
                raise BudgetExceeded("near its limit", budget_messages.ALL_RESERVED_MESSAGE)
        return demand.most

    async def issue_warnings(
        self, cost_owner: CostOwner, cost: Decimal, least: Decimal
    ) -> list[Message]:
        """Return the warnings to add to an answer that cost `cost`; most have none.

        `least` is the least that such a question may cost. Call it before the answer is settled.
        Each warning is given once in a period of its limit: see `confirm_warnings`.
        """
        limits = self._budgets.select_limits(cost_owner)
        if not limits:
            return []
        # Answers that end at the same time are not settled yet: each has to know of the others,
        # or the last of them would not notice that a limit is reached. Summed before the store is
        # read, so that what is settled in the meantime is not missed.
        self._finished_costs.add(cost_owner, cost)
        finished = {
            limit: self._finished_costs.sum_for(cost_owner, limit.scope) for limit in limits
        }
        spent = {
            limit: sums.settled + finished[limit]
            for limit, sums in (await self._store.get_spent(cost_owner, limits)).items()
        }
        warn_at = self._budgets.warn_at
        return [
            budget_messages.format_warning(limit, spent[limit], warn_at, self._clock())
            for limit in list_limits_to_warn_of(spent, least, warn_at)
            if await self._take_warning(cost_owner, limit)
        ]

    async def confirm_warnings(self, cost_owner: CostOwner) -> None:
        """Record the warnings of an answer that is settled. Of any other they are still due.

        Call it before `notify_settled`. Raises `StoreError`.
        """
        for (_, limit), (owner, taken_at) in list(self._warnings.items()):
            if owner == cost_owner:
                await self._store.record_warning(cost_owner, limit, taken_at)

    def notify_settled(self, cost_owner: CostOwner) -> None:
        """Wake the requests that wait: an attempt has ended, and what it did not use is free."""
        self._finished_costs.remove(cost_owner)
        kept = {key: taken for key, taken in self._warnings.items() if taken[0] != cost_owner}
        self._warnings = kept
        self._line.notify_settled()

    def notify_freed(self) -> None:
        """Wake the requests that wait: another replica needs less of what it has set aside."""
        self._line.notify_settled()

    async def _take_warning(self, cost_owner: CostOwner, limit: Limit) -> bool:
        """Whether an answer has to carry the warning: no other does or did in this period."""
        key = (f"{cost_owner.team} {get_subject(cost_owner, limit.scope)}", limit)
        if key in self._warnings:
            return False
        # Taken before the store is asked: another answer may end in the meantime.
        self._warnings[key] = cost_owner, self._clock()
        duty = f"warning {key[0]} {limit}"
        if await self._store.is_warned(cost_owner, limit) or not await self._duties.take(
            duty, seconds=_WARNING_SECONDS
        ):
            del self._warnings[key]
            return False
        return True

    async def _fit_answer_limit(
        self,
        cost_owner: CostOwner,
        need: CostNeed,
        already_spent: Decimal,
        list_alternatives: Callable[[], Alternatives],
    ) -> CostNeed:
        """Return `need` with its ceiling lowered to what a single answer may cost."""
        limit = self._answer_limit
        if limit is None or not need.prices:
            return need
        amount = (limit.max_usd - already_spent) / need.requests
        if need.compute_cost(need.ceiling) <= amount:
            return need
        ceiling = fit_ceiling(need, amount)
        if ceiling is None:
            advice = find_advice(list_alternatives(), limit.max_usd - already_spent)
            demand = build_demand(need)
            cost = demand.least * need.requests + already_spent
            message = budget_messages.format_too_expensive(limit, cost, advice)
            await self._record_refusal(cost_owner, limit, demand)
            raise BudgetExceeded("answer", message)
        return replace(need, ceiling=ceiling)

    async def _reserve_what_fits(
        self, cost_owner: CostOwner, need: CostNeed, purpose: RequestPurpose
    ) -> Attempt:
        """Reserve what fits of `need`, perhaps after a while; the verdict may be a refusal."""

        async def try_once(waited_seconds: float) -> Attempt:
            recent = await self._store.list_recent_usage(purpose, need.models)
            demand = build_demand(need, recent)
            is_patient = waited_seconds < _PATIENCE_SECONDS
            judgement = await self._store.reserve(
                cost_owner, demand, self._budgets, is_patient=is_patient
            )
            return Attempt(recent, demand, judgement)

        attempt = await self._line.reserve(cost_owner, try_once)
        if attempt is None:
            message = budget_messages.ALL_RESERVED_MESSAGE
            raise BudgetExceeded("all taken", message, can_retry=True)
        return attempt

    async def _reject(
        self,
        cost_owner: CostOwner,
        attempt: Attempt,
        limit: Limit,
        list_alternatives: Callable[[], Alternatives],
    ) -> NoReturn:
        demand, spent = attempt.demand, attempt.judgement.spent
        cost = demand.least * demand.requests
        free = limit.max_usd - spent.settled - spent.pending
        advice = find_advice(list_alternatives(), free)
        # Before anything else is waited for: it names the end of the period that was judged.
        message = budget_messages.format_refusal(limit, spent, cost, self._clock(), advice)
        await self._record_refusal(cost_owner, limit, demand)
        log.info("over_budget", reason=limit.scope.value)
        raise BudgetExceeded(str(limit), message)

    async def _record_refusal(
        self, cost_owner: CostOwner, limit: Limit | AnswerLimit, demand: Demand
    ) -> None:
        least, most = demand.least * demand.requests, demand.most * demand.requests
        await self._store.record_refusal(cost_owner, str(limit), least=least, most=most)
