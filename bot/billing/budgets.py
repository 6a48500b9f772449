"""Budgets: how much may be spent by whom, where and in which time, and what that means now. Pure.

A budget is written `user/day=2.00`: for each person, or `user:U0123/day=10` for one. Days and
months are UTC's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.domain.budgets import Budgets, Judgement, Limit, Period, Scope, Spent, Verdict

_BUDGET_PATTERN = re.compile(
    r"(?:(?P<scope>user|channel|workspace)(?::(?P<subject>[A-Z0-9]+))?/(?P<period>day|month)"
    r"|(?P<answer>answer))=\$?(?P<most>\d{1,7}(?:\.\d{1,6})?)"
)


def parse_budgets(text: str, *, warn_at: Decimal = Decimal("0.8")) -> Budgets:
    """Read `EASEL_BUDGETS`. Raises `ValueError` with what is wrong and how it is written."""
    usual, special, answer = list[Limit](), list[tuple[str, Limit]](), None
    for part in re.split(r"[\s,;]+", text.strip()):
        if not part:
            continue
        found = _BUDGET_PATTERN.fullmatch(part)
        if found is None or (found["scope"] == "workspace" and found["subject"]):
            raise ValueError(
                f"{part[:60]}: write user/day=2.00, channel/month=50, workspace/month=200,"
                " user:U0123456789/day=10 or answer=0.50, with spaces between them"
            )
        most = Decimal(found["most"])
        if found["answer"]:
            answer = most
            continue
        limit = Limit(Scope(found["scope"]), Period(found["period"]), most)
        if found["subject"]:
            special.append((found["subject"], limit))
        else:
            usual.append(limit)
    return Budgets(tuple(usual), tuple(special), answer, warn_at, " ".join(text.split()))


def judge(limits: Sequence[Limit], spent: Mapping[Limit, Spent], max_cost: Decimal) -> Judgement:
    """Whether a request that costs at most `most` may be made now."""
    waiting: Limit | None = None
    for limit in limits:
        so_far = spent.get(limit, Spent())
        if so_far.settled + max_cost > limit.max_usd:
            return Judgement(Verdict.REFUSED, limit)
        if so_far.settled + so_far.pending + max_cost > limit.max_usd:
            waiting = limit
    return Judgement(Verdict.ALLOWED if waiting is None else Verdict.WAIT, waiting)


def find_crossed_limit(
    limits: Sequence[Limit],
    spent: Mapping[Limit, Spent],
    cost: Decimal,
    warn_at: Decimal,
) -> Limit | None:
    """The limit whose warning level a cost has just passed, if there is one."""
    for limit in limits:
        level = limit.max_usd * warn_at
        settled = spent.get(limit, Spent()).settled
        if settled < level <= settled + cost:
            return limit
    return None


def find_period_start(period: Period, now: datetime) -> datetime:
    """When the day or month of `now` began, in UTC."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day if period is Period.DAY else day.replace(day=1)


def find_period_end(period: Period, now: datetime) -> datetime:
    """When the next day or month begins, in UTC."""
    begun = find_period_start(period, now)
    if period is Period.DAY:
        return begun + timedelta(days=1)
    return (begun + timedelta(days=32)).replace(day=1)


_BUDGET_NAMES = {
    Scope.USER: "Your budget",
    Scope.CHANNEL: "This channel's budget",
    Scope.WORKSPACE: "The workspace's budget",
}
_PERIOD_NAMES = {Period.DAY: "today", Period.MONTH: "this month"}


def format_refusal(limit: Limit, now: datetime) -> str:
    """What a person is told whose question would go beyond `limit`."""
    free = find_period_end(limit.period, now)
    return (
        f"{_BUDGET_NAMES[limit.scope]} for {_PERIOD_NAMES[limit.period]} (${limit.max_usd:,.2f})"
        " is used up: an"
        f" answer might cost more than what is left. It frees up on {free:%-d %B} at 00:00 UTC; the"
        " person who runs me can raise it."
    )


def format_warning(limit: Limit, warn_at: Decimal, now: datetime) -> str:
    """What is added to the answer that passes the warning level of `limit`."""
    free = find_period_end(limit.period, now)
    return (
        f"_{_BUDGET_NAMES[limit.scope]} for {_PERIOD_NAMES[limit.period]}"
        f" (${limit.max_usd:,.2f}) is {warn_at:.0%}"
        f" used; it starts anew on {free:%-d %B} at 00:00 UTC._"
    )
