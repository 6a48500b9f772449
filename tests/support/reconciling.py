"""A reconciler on a real ledger, with a clock and a provider that the test sets."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlalchemy import insert

from bot.billing.reconciler import Reconciler
from bot.domain.errors import OperatorError, TransientError
from bot.domain.questions import Question
from bot.observability.metrics import Metrics
from storage.engine.database import Database
from storage.ledger import SqlLedger
from storage.queue.questions import SqlQuestionQueue
from storage.schema import attempts
from tests.support.ledger import record_taken
from tests.support.queues import AMPLE
from tests.support.values import build_incoming_message


class FakeProvider:
    """A provider whose costs are set by the test, and which may be unreachable."""

    def __init__(self) -> None:
        self.costs: dict[str, Decimal] = {}
        self.is_away = False
        self.request_count = 0
        self.broken: set[str] = set()

    async def fetch_cost(self, generation_id: str) -> Decimal | None:
        self.request_count += 1
        if self.is_away:
            raise TransientError("no connection")
        if generation_id in self.broken:
            raise OperatorError("500")
        return self.costs.get(generation_id)


class BillingHarness:
    def __init__(self, database: Database) -> None:
        self.now = 1000.0
        self.database = database
        self.provider = FakeProvider()
        self.ledger = SqlLedger(database, clock=lambda: self.now)
        self.metrics = Metrics()
        self.reconciler = Reconciler(self.ledger, self.provider, self.metrics)

    async def begin_request(self, generation_id: str = "gen-1") -> None:
        queue = SqlQuestionQueue(self.database, owner="test", clock=lambda: self.now)
        question = await queue.enqueue(build_incoming_message(), claim=AMPLE)
        assert isinstance(question, Question)
        await record_taken(self.ledger, question, generation_id, Decimal(1))

    async def add_bills(
        self, count: int, *, bill: str, due: float | None, prefix: str = "gen-x"
    ) -> None:
        """Add ended requests whose bill is open or given up, or which need none."""
        rows = [
            {
                "model": "m",
                "generation_id": f"{prefix}-{bill}-{number}",
                "bill": bill,
                "bill_due": due,
            }
            for number in range(count)
        ]
        await self.database.write(lambda c: c.execute(insert(attempts), rows).close())

    def read_gauge(self) -> dict[str, float]:
        """Return the gauge of bills by its label."""
        page = self.metrics.render_page(None, 0).decode()
        found = re.findall(r'easel_open_bills\{state="(\w+)"\} (\S+)', page)
        return {state: float(value) for state, value in found}

    async def read_cost(self) -> int | None:
        query = "SELECT cost_nano FROM attempts"
        return await self.database.read(lambda c: c.exec_driver_sql(query).scalar_one())
