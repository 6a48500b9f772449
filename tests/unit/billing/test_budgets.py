"""Budgets: how they are written, and limits that hold at their edges."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.billing.budgets import (
    find_crossed_limit,
    find_period_end,
    format_refusal,
    judge,
    parse_budgets,
)
from bot.domain.budgets import Limit, Period, Scope, Spent, Verdict
from bot.domain.costs import CostOwner

NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
DAILY_LIMIT = Limit(Scope.USER, Period.DAY, Decimal(2))


def test_budgets_are_read_as_they_are_written() -> None:
    budgets = parse_budgets("user/day=2.50, channel/month=$50 workspace/month=200 user:U1/day=10 "
                          "answer=0.5")  # fmt: skip
    own_limits = {
        str(limit): limit.max_usd for limit in budgets.select_limits(CostOwner("T", "C1", "U1"))
    }
    assert own_limits == {"user/day": 10, "channel/month": 50, "workspace/month": 200}
    other_limits = {
        str(limit): limit.max_usd for limit in budgets.select_limits(CostOwner("T", "C1", "U2"))
    }
    assert other_limits["user/day"] == Decimal("2.50") and budgets.max_answer_usd == Decimal("0.5")
    assert not parse_budgets("")


@pytest.mark.parametrize(
    "wrong", ["user/week=2", "user/day", "user/day=-1", "workspace:T1/day=1", "x", "user/day=1e3"]
)
def test_a_wrong_budget_is_told_how_to_write_it(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"write user/day=2\.00"):
        parse_budgets(wrong)


@pytest.mark.parametrize(
    ("settled", "pending", "verdict"),
    [
        ("0", "0", Verdict.ALLOWED),
        ("1.5", "0", Verdict.ALLOWED),
        ("1.500001", "0", Verdict.REFUSED),
        ("1", "0.5", Verdict.ALLOWED),
        ("1", "0.51", Verdict.WAIT),
        ("1.6", "0.1", Verdict.REFUSED),
    ],
)
def test_a_request_is_judged_by_what_it_can_cost(
    settled: str, pending: str, verdict: Verdict
) -> None:
    spent = {DAILY_LIMIT: Spent(Decimal(settled), Decimal(pending))}
    assert judge([DAILY_LIMIT], spent, Decimal("0.5")).verdict is verdict


def test_a_warning_is_due_once() -> None:
    warn = Decimal("0.8")
    for before, due in (("1.0", False), ("1.5", True), ("1.6", False), ("1.9", False)):
        found = find_crossed_limit(
            [DAILY_LIMIT], {DAILY_LIMIT: Spent(Decimal(before))}, Decimal("0.2"), warn
        )
        assert (found is DAILY_LIMIT) is due, before


def test_a_refusal_says_when_it_frees_up() -> None:
    assert (
        find_period_end(Period.DAY, NOON)
        == find_period_end(Period.MONTH, NOON)
        == datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert find_period_end(Period.MONTH, datetime(2028, 2, 29, tzinfo=UTC)) == datetime(
        2028, 3, 1, tzinfo=UTC
    )
    assert "$2.00" in format_refusal(
        DAILY_LIMIT, NOON
    ) and "1 January at 00:00 UTC" in format_refusal(DAILY_LIMIT, NOON)
