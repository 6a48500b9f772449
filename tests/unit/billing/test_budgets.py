"""Budgets: how they are written, and limits that hold at their edges."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.billing.budgets import find_period_end, judge, list_limits_to_warn_of, parse_budgets
from bot.domain.budgets import Demand, Limit, Period, Scope, Spent, Verdict
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
    ("twice", "name"),
    [("user/day=1 user/day=2", "user/day"), ("answer=1,user/day=1,answer=1", "answer"),
     ("user:U1/day=2 user:U2/day=2 user:U1/day=$3", "user:U1/day")],
)  # fmt: skip
def test_a_budget_that_is_set_twice_is_refused(twice: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is set more than once"):
        parse_budgets(twice)
    assert (
        len(parse_budgets("user/day=1 user/month=2 user:U1/day=1 user:U1/month=9").list_limits())
        == 4
    )


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
    half = Decimal("0.5")
    assert judge([DAILY_LIMIT], spent, Demand(half, half, half)).verdict is verdict


@pytest.mark.parametrize(
    ("settled", "pending", "is_patient", "expected"),
    [
        # All of it fits, or all that is left is its own.
        ("0", "0", True, "0.5"),
        ("1.6", "0", True, "0.4"),
        ("1.95", "0", True, "0.05"),
        ("1.97", "0", True, "refused"),
        # Others run: what is usual at least, half of what is free at most.
        ("1", "0.6", True, "0.2"),
        ("1", "0.85", True, "0.1"),
        # Less than usual is only taken if waiting does not help, or takes too long.
        ("1", "0.95", True, "wait"),
        ("1", "0.95", False, "0.05"),
        ("1.92", "0.02", True, "0.06"),
        ("1.92", "0.06", True, "wait"),
        ("1.92", "0.06", False, "wait"),
        ("1.97", "0.02", True, "refused"),
    ],
)
def test_a_request_is_lowered_before_it_waits_and_waits_before_it_is_refused(
    settled: str, pending: str, is_patient: bool, expected: str
) -> None:
    spent = {DAILY_LIMIT: Spent(Decimal(settled), Decimal(pending))}
    demand = Demand(Decimal("0.5"), Decimal("0.1"), Decimal("0.04"))
    found = judge([DAILY_LIMIT], spent, demand, is_patient=is_patient)
    is_allowed = found.verdict is Verdict.ALLOWED
    assert (str(found.amount.normalize()) if is_allowed else found.verdict) == expected
    assert (found.limit is None) == (expected == "0.5")


def test_several_requests_share_what_is_left_and_the_tightest_limit_decides() -> None:
    month = Limit(Scope.WORKSPACE, Period.MONTH, Decimal(10))
    spent = {DAILY_LIMIT: Spent(Decimal("1.10")), month: Spent(Decimal("9.4"))}
    demand = Demand(Decimal("0.5"), Decimal("0.1"), Decimal("0.05"), requests=4)
    found = judge([DAILY_LIMIT, month], spent, demand)
    assert (found.verdict, found.amount, found.limit) == (Verdict.ALLOWED, Decimal("0.15"), month)
    assert judge([], {}, demand).amount == demand.most


@pytest.mark.parametrize(
    ("spent", "least", "is_due"),
    [
        ("1.59", "0.04", False),
        ("1.6", "0.04", True),
        ("1.99", "0.04", True),
        # Far from its level, but the next such question may be refused.
        ("1.2", "0.81", True),
        ("1.2", "0.80", False),
    ],
)
def test_a_warning_is_due_at_its_level_or_before_a_refusal(
    spent: str, least: str, is_due: bool
) -> None:
    due = list_limits_to_warn_of({DAILY_LIMIT: Decimal(spent)}, Decimal(least), Decimal("0.8"))
    assert (due == [DAILY_LIMIT]) is is_due


def test_a_period_ends_in_utc() -> None:
    assert (
        find_period_end(Period.DAY, NOON)
        == find_period_end(Period.MONTH, NOON)
        == datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert find_period_end(Period.MONTH, datetime(2028, 2, 29, tzinfo=UTC)) == datetime(
        2028, 3, 1, tzinfo=UTC
    )
