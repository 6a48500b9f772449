"""The stores of budgets with one clock, and questions that are claimed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from bot.domain.budgets import Budgets, Demand, Judgement, Limit, Verdict
from bot.domain.costs import ModelRequest
from bot.domain.llm import Usage
from bot.domain.questions import Answer, Question
from storage.budgets import SqlBudgetStore
from storage.engine.database import Database
from storage.ledger import SqlLedger
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.spending_audit import SqlSpendingAudit
from tests.support.ledger import record_taken
from tests.support.queues import AMPLE, is_replicated
from tests.support.values import build_incoming_message, build_thread

# After as long a replica neither answers nor waits for a request that it has sent.
LONGEST_ANSWER_SECONDS = 700.0
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def build_fixed_demand(amount: str | Decimal, *, requests: int = 1) -> Demand:
    """Build the demand of a request that is all or nothing."""
    cost = Decimal(amount)
    return Demand(cost, cost, cost, requests)


class BudgetHarness:
    """The stores, the budgets that hold, and the limit of which the sums are looked at."""

    def __init__(self, database: Database, budgets: Budgets) -> None:
        self.now = NOON.timestamp()
        self.limits = budgets
        self.database = database
        self.budgets = SqlBudgetStore(database, clock=lambda: self.now)
        self.queue = SqlQuestionQueue(database, owner="one", clock=lambda: self.now)
        self.journal = SqlJournal(database, owner="one", clock=lambda: self.now)
        self.ledger = SqlLedger(database, clock=lambda: self.now)
        self.audit = SqlSpendingAudit(database)
        self.count = 0
        # Of the request that each question has started last.
        self.keys: dict[int, str] = {}
        self.amounts: dict[int, Decimal] = {}

    async def claim_question(self) -> Question:
        self.count += 1
        key = build_thread(self.count)
        question = await self.queue.enqueue(
            build_incoming_message(ts=key.root, thread=key), claim=AMPLE
        )
        assert isinstance(question, Question)
        return question

    async def judge(
        self, question: Question, amount: str | Decimal, *, requests: int = 1
    ) -> Judgement:
        demand = build_fixed_demand(amount, requests=requests)
        return await self.budgets.reserve(question.cost_owner, demand, self.limits)

    async def crash(self) -> None:
        """Find the process dead: at the next start, or when its claims and requests are over."""
        if is_replicated(self.database):
            await self.ledger.recover_interrupted()  # it may live
            self.now += LONGEST_ANSWER_SECONDS
        await self.ledger.recover_interrupted()

    async def reserve(self, question: Question, amount: str) -> Verdict:
        return (await self.judge(question, amount)).verdict

    async def start(self, question: Question, amount: str | Decimal, *, name: str = "") -> None:
        self.count += 1
        self.keys[question.id] = key = f"request-{self.count}"
        self.amounts[question.id] = Decimal(amount)
        generation_id = name or f"gen-{question.id}"
        await record_taken(self.ledger, question, generation_id, Decimal(amount), key=key)

    async def settle(
        self, question: Question, cost: str | Decimal | None, usage: Usage | None = None
    ) -> None:
        dollars = None if cost is None else Decimal(cost)
        request = ModelRequest(
            "openrouter",
            "m",
            f"gen-{question.id}",
            usage=usage or Usage(cost=dollars),
            cost=dollars,
            started_at=self.now,
            key=self.keys.get(question.id, ""),
            max_cost=self.amounts.get(question.id),
        )
        await self.journal.settle(question, Answer("x", requests=(request,)))

    async def get_spent(
        self, question: Question, limits: Sequence[Limit] = ()
    ) -> tuple[Decimal, Decimal]:
        """Return what is settled and pending of a limit, the first if none is given."""
        limit = next(iter(limits), self.limits.default_limits[0])
        spent = (await self.budgets.get_spent(question.cost_owner, [limit]))[limit]
        return spent.settled, spent.pending
