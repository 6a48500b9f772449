"""The reconciler asks later for costs that an answer did not report, but not forever."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.billing.reconciler import RETRY_DELAYS_SECONDS, Reconciler
from bot.domain.costs import BillCounts
from bot.domain.errors import OperatorError, StoreError, TransientError
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
    """A reconciler on a real ledger, with a clock and a provider that the test sets."""

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


class ReadOnlyLedger(SqlLedger):
    """A ledger on a disk that is full while `is_full`."""

    is_full = True

    async def record_cost(self, generation_id: str, cost: Decimal) -> None:
        if self.is_full:
            raise StoreError("SQLITE_FULL")
        await super().record_cost(generation_id, cost)


async def test_while_no_cost_can_be_kept_one_bill_is_asked_for_at_a_time(
    harness: BillingHarness,
) -> None:
    ledger = ReadOnlyLedger(harness.database, clock=lambda: harness.now)
    reconciler = Reconciler(ledger, harness.provider, harness.metrics)
    await harness.add_bills(30, bill="open", due=harness.now)
    harness.provider.costs = {f"gen-x-open-{number}": Decimal(1) for number in range(30)}
    for _ in range(10):
        with pytest.raises(StoreError):
            await reconciler.reconcile_due()
    assert harness.provider.request_count <= 20 + 9
    ledger.is_full = False
    await reconciler.reconcile_due()
    assert await ledger.list_unbilled(9) == [], "all of them at once again"


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


async def test_a_provider_that_is_away_for_days_has_not_said_that_there_is_no_bill(
    harness: BillingHarness,
) -> None:
    harness.provider.is_away = True
    for _ in range(30):
        harness.now += 7_200
        await harness.reconciler.reconcile_due()
    assert await harness.ledger.count_bills() == BillCounts(open=1)
    harness.provider.is_away = False
    harness.provider.costs["gen-1"] = Decimal("0.5")
    harness.now += 7_200
    await harness.reconciler.reconcile_due()
    assert await harness.read_cost() == 500_000_000


async def test_a_provider_that_is_away_is_asked_ever_more_rarely(harness: BillingHarness) -> None:
    await harness.add_bills(70, bill="open", due=harness.now)
    harness.provider.is_away = True
    harness.now += 600
    counts = []
    for _ in range(6):
        before = harness.provider.request_count
        for _ in range(720):
            harness.now += 5
            await harness.reconciler.reconcile_due()
        counts.append(harness.provider.request_count - before)
    # Every bill once an hour at most, one after another.
    assert counts[0] <= 71 * 8 and max(counts[2:]) <= 71
    harness.provider.is_away = False
    harness.provider.costs["gen-1"] = Decimal("0.5")
    harness.now += RETRY_DELAYS_SECONDS[-1]
    await harness.reconciler.reconcile_due()
    assert await harness.ledger.count_bills() == BillCounts(open=70)


async def watch_bills(harness: BillingHarness, days: float) -> None:
    """Reconcile every half hour; each time the provider knows one more bill."""
    for number in range(int(days * 48)):
        harness.now += 1_800
        name = f"day{harness.now}"
        harness.provider.costs[f"{name}-open-0"] = Decimal("0.01")
        if not harness.provider.is_away and number % 8 == 0:
            await harness.add_bills(1, bill="open", due=harness.now, prefix=name)
        await harness.reconciler.reconcile_due()


async def test_a_bill_that_alone_cannot_be_looked_up_is_given_up_after_a_day(
    harness: BillingHarness,
) -> None:
    harness.provider.broken.add("gen-1")
    await watch_bills(harness, 0.9)
    assert await harness.ledger.count_bills() == BillCounts(open=1)
    await watch_bills(harness, 0.4)
    assert await harness.ledger.count_bills() == BillCounts(given_up=1)
    query = "SELECT cost_nano FROM attempts WHERE bill = 'given_up'"
    cost = await harness.database.read(lambda c: c.exec_driver_sql(query).scalar_one())
    assert cost == 1_000_000_000


async def test_a_bill_that_cannot_be_looked_up_for_a_month_is_given_up(
    harness: BillingHarness,
) -> None:
    harness.provider.is_away = True
    await watch_bills(harness, 30)
    assert await harness.ledger.count_bills() == BillCounts(open=1)
    await watch_bills(harness, 2)
    assert await harness.ledger.count_bills() == BillCounts(given_up=1)


async def test_of_many_due_bills_all_are_asked_for_and_few_while_the_provider_is_away(
    harness: BillingHarness,
) -> None:
    await harness.add_bills(70, bill="open", due=harness.now)
    harness.provider.is_away = True
    await harness.reconciler.reconcile_due()
    assert harness.provider.request_count <= 20
    harness.provider.is_away, harness.provider.request_count = False, 0
    harness.now += RETRY_DELAYS_SECONDS[0]
    await harness.reconciler.reconcile_due()
    assert harness.provider.request_count == 70


async def test_the_gauge_tells_ten_thousand_bills_at_once_and_reads_only_those(
    harness: BillingHarness,
) -> None:
    await harness.add_bills(10_000, bill="open", due=harness.now + 3_600)
    await harness.add_bills(3, bill="given_up", due=None)
    await harness.add_bills(5_000, bill="", due=None)
    # The request that runs is no bill yet.
    assert await harness.ledger.count_bills() == BillCounts(open=10_000, given_up=3)
    await harness.reconciler.reconcile_due()
    assert harness.read_gauge() == {"open": 10_000.0, "given_up": 3.0}
    plan = await harness.database.read(
        lambda c: str(
            c.exec_driver_sql(
                "EXPLAIN QUERY PLAN SELECT bill, count(*) FROM attempts WHERE bill != ''"
                " GROUP BY bill"
            ).all()
        )
    )
    assert "USING COVERING INDEX attempts_by_bill" in plan


def read_alerts() -> list[tuple[str, str, float]]:
    """Read the alerts on bills from the documentation: function, state and window in seconds."""
    page = (Path(__file__).parents[3] / "docs" / "operating.md").read_text()
    pattern = r'`(\w+)\(easel_open_bills\{state="(\w+)"\}\[(\d+)([hd])\]\) > 0`'
    units = {"h": 3_600.0, "d": 86_400.0}
    found = re.findall(pattern, page)
    return [(name, state, int(count) * units[unit]) for name, state, count, unit in found]


def fires(alert: tuple[str, str, float], samples: list[tuple[float, dict[str, float]]]) -> bool:
    """Evaluate an alert on the last of the samples, as Prometheus does."""
    name, state, window = alert
    end = samples[-1][0]
    values = [gauge[state] for at, gauge in samples if end - window < at <= end]
    if name == "min_over_time":
        return min(values) > 0
    assert name == "delta"
    return values[-1] - values[0] > 0


async def test_the_documented_alerts_fire_for_bills_that_do_not_come_and_for_no_others(
    harness: BillingHarness,
) -> None:
    alerts = read_alerts()
    assert [state for _, state, _ in alerts] == ["given_up", "open"]
    samples: list[tuple[float, dict[str, float]]] = []

    async def watch(hours: float) -> None:
        for _ in range(int(hours * 60)):
            harness.now += 60
            await harness.reconciler.reconcile_due()
            samples.append((harness.now, harness.read_gauge()))

    await harness.ledger.record_cost("gen-1", Decimal(0))
    await watch(1)
    assert [fires(alert, samples) for alert in alerts] == [False, False]
    await harness.add_bills(1, bill="open", due=harness.now, prefix="never")
    await watch(2)
    # It is given up after an hour and a half, and the operator hears of it.
    assert [fires(alert, samples) for alert in alerts] == [True, False]
    await watch(25)
    assert harness.read_gauge() == {"open": 0.0, "given_up": 1.0}
    assert [fires(alert, samples) for alert in alerts] == [False, False]
    harness.provider.is_away = True
    await harness.add_bills(1, bill="open", due=harness.now, prefix="away")
    await watch(4)
    assert [fires(alert, samples) for alert in alerts] == [False, True]
