"""The reconciler asks later for costs that an answer did not report, but not forever."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.billing.reconciler import RETRY_DELAYS_SECONDS, Reconciler
from bot.domain.costs import BillCounts
from bot.domain.errors import StoreError
from storage.ledger import SqlLedger
from tests.support.reconciling import BillingHarness


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
