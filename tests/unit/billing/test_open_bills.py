"""Bills that are open or given up are counted, and the documented alerts fire for those."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from bot.domain.costs import BillCounts
from tests.support.reconciling import BillingHarness


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
