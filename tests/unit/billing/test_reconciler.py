"""The reconciler asks later for costs that an answer did not report, but not forever."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.billing.reconciler import RETRY_DELAYS_SECONDS, Reconciler
from bot.domain.errors import TransientError
from bot.domain.questions import Question
from bot.observability.metrics import Metrics
from storage.engine.sqlite import Database
from storage.ledger import SqliteLedger
from storage.queue.sqlite import SqliteQuestionQueue
from tests.support.ledger import record_taken
from tests.support.values import build_incoming_message


class FakeProvider:
    """A provider whose costs are set by the test, and which may be unreachable."""

    def __init__(self) -> None:
        self.costs: dict[str, Decimal] = {}
        self.is_away = False
        self.request_count = 0

    async def fetch_cost(self, generation_id: str) -> Decimal | None:
        self.request_count += 1
        if self.is_away:
            raise TransientError("no connection")
        return self.costs.get(generation_id)


class BillingHarness:
    """A reconciler on a real ledger, with a clock and a provider that the test sets."""

    def __init__(self, database: Database) -> None:
        self.now = 1000.0
        self.database = database
        self.provider = FakeProvider()
        self.ledger = SqliteLedger(database, clock=lambda: self.now)
        self.metrics = Metrics()
        self.reconciler = Reconciler(self.ledger, self.provider, self.metrics)

    async def begin_request(self, generation_id: str = "gen-1") -> None:
        queue = SqliteQuestionQueue(self.database, owner="test", clock=lambda: self.now)
        question = await queue.enqueue(build_incoming_message(), claim=True)
        assert isinstance(question, Question)
        await record_taken(self.ledger, question, generation_id, Decimal(1))

    async def read_cost(self) -> int | None:
        query = "SELECT cost_nano FROM attempts"
        return await self.database.read(lambda c: c.exec_driver_sql(query).scalar_one())


@pytest.fixture
async def harness(database: Database) -> BillingHarness:
    harness = BillingHarness(database)
    await harness.begin_request()
    return harness


async def test_what_is_still_running_is_not_asked_for(harness: BillingHarness) -> None:
    await harness.reconciler.reconcile_due()
    assert harness.provider.request_count == 0


async def test_an_interrupted_generation_is_asked_for_until_it_is_known(
    harness: BillingHarness,
) -> None:
    harness.now += 600
    await harness.reconciler.reconcile_due()
    assert harness.provider.request_count == 1 and await harness.read_cost() is None
    await harness.reconciler.reconcile_due()
    assert harness.provider.request_count == 1  # not again at once

    harness.provider.costs["gen-1"] = Decimal("0.0387371")
    harness.now += RETRY_DELAYS_SECONDS[0]
    await harness.reconciler.reconcile_due()
    assert await harness.read_cost() == 38_737_100
    harness.now += 10_000
    await harness.reconciler.reconcile_due()
    assert harness.provider.request_count == 2


async def test_a_provider_that_is_away_is_asked_again(harness: BillingHarness) -> None:
    harness.provider.is_away = True
    harness.now += 600
    await harness.reconciler.reconcile_due()
    harness.provider.is_away = False
    harness.provider.costs["gen-1"] = Decimal("0.5")
    harness.now += RETRY_DELAYS_SECONDS[0]
    await harness.reconciler.reconcile_due()
    assert await harness.read_cost() == 500_000_000


async def test_one_that_nobody_ever_knows_is_given_up(harness: BillingHarness) -> None:
    harness.now += 600
    for wait in (0.0, *RETRY_DELAYS_SECONDS, 10_000.0, 10_000.0):
        harness.now += wait
        await harness.reconciler.reconcile_due()
    assert harness.provider.request_count == len(RETRY_DELAYS_SECONDS) + 1
    # It is booked with the most that it can have cost.
    assert await harness.read_cost() == 1_000_000_000
