"""Budgets and bills of several replicas on one PostgreSQL database, also at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import text

from bot.billing.budgets import parse_budgets
from bot.domain.budgets import Demand, Verdict
from bot.domain.costs import CostOwner, PlannedRequest, RequestPurpose
from bot.domain.llm import RequestSent
from storage.budgets import SqlBudgetStore
from storage.ledger import SqlLedger
from storage.queue.questions import SqlQuestionQueue
from tests.support.queues import take_question
from tests.support.replicas import open_replicas


async def test_of_a_hundred_questions_at_once_on_three_replicas_as_many_are_paid_as_there_is_money(
    postgres_url: str,
) -> None:
    limits = parse_budgets("user/day=9 channel/day=1.00 workspace/month=50")
    cost = Decimal("0.10")
    demand = Demand(cost, cost, cost, 1)
    async with open_replicas(postgres_url) as databases:
        stores = [SqlBudgetStore(database) for database in databases]
        ledgers = [SqlLedger(database) for database in databases]

        async def ask(number: int) -> Verdict:
            # People of two channels, who share the workspace's budget.
            owner = CostOwner("T", f"C{number % 2}", f"U{number % 7}", None)
            judgement = await stores[number % 3].reserve(owner, demand, limits)
            if judgement.verdict is Verdict.ALLOWED and number % 3 == 0:
                # While others reserve, requests are sent: the rows of `spending` are locked, too.
                planned = PlannedRequest(f"key-{number}", RequestPurpose.ANSWER, max_cost=cost)
                await ledgers[number % 3].record_sent(owner, planned, RequestSent("p", "m"))
            return judgement.verdict

        verdicts = await asyncio.gather(*(ask(number) for number in range(100)))
        owners = [CostOwner("T", channel, "U0", None) for channel in ("C0", "C1")]
        channel_limit = limits.select_limits(owners[0])[1]
        assert str(channel_limit) == "channel/day"
        for owner in owners:
            spent = (await stores[0].get_spent(owner, [channel_limit]))[channel_limit]
            assert spent.settled + spent.pending >= Decimal(1)
    assert Counter(verdicts)[Verdict.ALLOWED] == 20


async def test_a_start_frees_only_the_money_and_the_requests_that_belong_to_no_answer(
    postgres_url: str,
) -> None:
    limits = parse_budgets("workspace/day=9")
    cost = Decimal("1")
    async with open_replicas(postgres_url, 2) as (first, second):
        now = [1_795_262_400.0]
        queue = SqlQuestionQueue(first, owner="a", clock=lambda: now[0])
        ledger = SqlLedger(first, clock=lambda: now[0])
        budgets = SqlBudgetStore(first, clock=lambda: now[0])
        starting = SqlLedger(second, clock=lambda: now[0])
        question = await take_question(queue)
        await budgets.reserve(question.cost_owner, Demand(cost, cost, cost, 2), limits)
        planned = PlannedRequest("running", RequestPurpose.ANSWER, max_cost=cost)
        await ledger.record_sent(question.cost_owner, planned, RequestSent("p", "m"))
        limit = limits.select_limits(question.cost_owner)[0]

        async def read_pending() -> Decimal:
            return (await budgets.get_spent(question.cost_owner, [limit]))[limit].pending

        await starting.recover_interrupted()
        assert await read_pending() == 2 and (await ledger.count_bills()).given_up == 0
        # Its replica has ended: its claim is over, and what was not sent is nobody's.
        now[0] += 60
        await starting.recover_interrupted()
        assert await read_pending() == 1 and (await ledger.count_bills()).given_up == 0
        # No request runs for so long.
        now[0] += 700
        await starting.recover_interrupted()
        assert await read_pending() == 0 and (await ledger.count_bills()).given_up == 1


async def test_the_bill_of_a_request_whose_replica_has_ended_is_looked_up_soon(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as (first, second):
        now = [1_795_262_400.0]
        queue = SqlQuestionQueue(first, owner="a", clock=lambda: now[0])
        ledger = SqlLedger(first, clock=lambda: now[0])
        other = SqlLedger(second, clock=lambda: now[0])
        question = await take_question(queue)
        planned = PlannedRequest("running", RequestPurpose.ANSWER, max_cost=Decimal(1))
        await ledger.record_sent(question.cost_owner, planned, RequestSent("openrouter", "m"))
        ledger.note_started(planned, "openrouter", "gen-1")
        await queue.flush()
        for seconds in (5, 20, 20):  # a claim lasts for half a minute
            await other.recover_interrupted()
            assert await other.list_unbilled(9) == []
            now[0] += seconds
        # Nobody has renewed the claim.
        await other.recover_interrupted()
        now[0] += 15
        (unbilled,) = await other.list_unbilled(9)
        assert unbilled.generation_id == "gen-1"
        await other.recover_interrupted()
        assert len(await other.list_unbilled(9)) == 1
        await other.record_cost("gen-1", Decimal("0.5"))
        assert await other.list_unbilled(9) == []


async def test_a_warning_is_recorded_once_for_all_replicas(postgres_url: str) -> None:
    limits = parse_budgets("workspace/day=9")
    owner = CostOwner("T", "C", "U", None)
    limit = limits.select_limits(owner)[0]
    async with open_replicas(postgres_url) as databases:
        stores = [SqlBudgetStore(database) for database in databases]
        now = datetime.now(UTC)
        await asyncio.gather(*(store.record_warning(owner, limit, now) for store in stores))
        assert await stores[0].is_warned(owner, limit)
        count = text("SELECT count(*) FROM budget_events WHERE kind = 'warned'")
        assert await databases[0].read(lambda c: c.scalar(count)) == 1
