"""Measures what a question's money takes with more and more requests behind it in the ledger.

One question at a time: it is claimed, its cost is set aside, its request is taken, a warning is
looked for, and it is settled. The ledgers take turns, so that all meet the same noise.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection

from bench.run import compute_median
from bench.table import print_row
from bot.billing.budget_guard import BudgetGuard
from bot.billing.budgets import find_period_start, parse_budgets
from bot.billing.lowering import CostNeed
from bot.billing.totals_check import list_days_to_check
from bot.domain.budgets import Budgets, Period
from bot.domain.conversation import IncomingMessage, Person, Thread, Trigger
from bot.domain.costs import CostCeiling, ModelRequest, PlannedRequest, Price
from bot.domain.llm import RequestSent, Usage
from bot.domain.questions import Answer, ClaimLimits, Question
from storage.budgets import SqlBudgetStore
from storage.engine.database import Database
from storage.engine.sqlite import open_database
from storage.ledger import SqlLedger
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.spending_audit import SqlSpendingAudit

_LIMITS = ClaimLimits(1_000_000, 1_000_000)
SIZES = (100, 200_000, 1_000_000)
_BUDGETS = parse_budgets("user/day=90000 channel/month=900000 workspace/month=9000000")
_NEED = CostNeed(
    CostCeiling(700, 8_192, 2, "high"), (Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30)),)
)
_COST = Decimal("0.01")
# Of 500 people in 50 channels, spread evenly over the month so far.
_FILL_LEDGER = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO attempts (team, channel, user, purpose, provider, model, generation_id, outcome,
    asked_at, prompt_tokens, completion_tokens, cost_nano, worst_nano)
SELECT 'T0EASEL', 'C' || (i % 50), 'U' || (i % 500), 'answer', 'openrouter', 'm', 'old-' || i,
    'answered', :since + (:until - :since) * i / :count, 500, 40, 10000000, 500000000 FROM n
"""


@dataclass(slots=True)
class Ledger:
    """A database with requests behind it, and the times of questions in ms, by their budgets."""

    database: Database
    requests: int
    times: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})
    asked: int = 0

    async def fill(self) -> None:
        now = datetime.now(UTC)
        parameters = {
            "count": self.requests,
            "since": find_period_start(Period.MONTH, now).timestamp(),
            "until": now.timestamp(),
        }

        def insert(connection: Connection) -> None:
            connection.exec_driver_sql(_FILL_LEDGER, parameters)

        await self.database.write(insert)

    async def ask(self, *, with_budgets: bool) -> None:
        """Run all steps of a question once, and note how long they take."""
        queue = SqlQuestionQueue(self.database, owner="bench")
        journal = SqlJournal(self.database, owner="bench")
        budgets = _BUDGETS if with_budgets else Budgets()
        guard = BudgetGuard(SqlBudgetStore(self.database), budgets, lambda: datetime.now(UTC))
        self.asked += 1
        message = _build_message(self.asked)
        started_at = time.perf_counter()
        question = await queue.enqueue(message, claim=_LIMITS)
        if not isinstance(question, Question):
            raise TypeError("the thread is free, so the question is claimed")
        grant = await guard.reserve(question.cost_owner, _NEED)
        name = f"gen-{question.id}"
        planned = PlannedRequest(name, max_cost=grant.amount)
        ledger = SqlLedger(self.database)
        await ledger.record_sent(question.cost_owner, planned, RequestSent("openrouter", "m"))
        ledger.note_started(planned, "openrouter", name)
        await guard.issue_warnings(question.cost_owner, _COST, grant.least)
        usage = Usage(500, 40, cost=_COST)
        request = ModelRequest("openrouter", "m", name, usage=usage, cost=_COST, key=name)
        await journal.settle(question, Answer("x", requests=(request,)))
        await guard.confirm_warnings(question.cost_owner)
        guard.notify_settled(question.cost_owner)
        self.times[with_budgets].append((time.perf_counter() - started_at) * 1000)

    async def measure_check(self) -> float:
        """Return the seconds that comparing the totals with the ledger takes at a start."""
        audit = SqlSpendingAudit(self.database)
        started_at = time.perf_counter()
        for day in list_days_to_check(datetime.now(UTC)):
            if await audit.find_mismatches(day):
                raise ValueError("the totals are the sums of the ledger")
        return time.perf_counter() - started_at


async def measure_ledgers(questions: int) -> None:
    """Print a line for each size of the ledger; ratios are to the smallest."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledgers = []
        for size in SIZES:
            database = await stack.enter_async_context(open_database(folder / f"{size}.db"))
            ledgers.append(Ledger(database, size))
            await ledgers[-1].fill()
        for _ in range(questions):
            for ledger in ledgers:
                await ledger.ask(with_budgets=False)
                await ledger.ask(with_budgets=True)
        for ledger in ledgers:
            cells = []
            for with_budgets in (False, True):
                median = compute_median(ledger.times[with_budgets])
                ratio = median / compute_median(ledgers[0].times[with_budgets])
                cells += [f"{median:.2f}", f"{ratio:.2f}"]
            print_row(f"{ledger.requests:,}", *cells, f"{await ledger.measure_check():.2f}")


def _build_message(number: int) -> IncomingMessage:
    person = Person(f"U{number % 500}", "T0EASEL")
    thread = Thread("T0EASEL", f"C{number % 50}", f"17{number:08d}.000100")
    return IncomingMessage(f"Ev{number}", thread, thread.root, person, "hi", Trigger.MENTION, ())
