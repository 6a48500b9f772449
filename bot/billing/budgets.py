"""Parse budgets, judge requests by them, and write the sentences about them. Pure.

A budget is written `user/day=2.00` for each person, or `user:U0123/day=10` for one person. Days and
months are in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.domain.budgets import Budgets, Judgement, Limit, Period, Scope, Spent, Verdict
from bot.domain.messages import Message

_BUDGET_PATTERN = re.compile(
    r"(?:(?P<scope>user|channel|workspace)(?::(?P<subject>[A-Z0-9]+))?/(?P<period>day|month)"
    r"|(?P<answer>answer))=\$?(?P<usd>\d{1,7}(?:\.\d{1,6})?)"
)


def parse_budgets(text: str, *, warn_at: Decimal = Decimal("0.8")) -> Budgets:
    """Read `EASEL_BUDGETS`. Raises `ValueError` that says what is wrong and how to write it."""
    default_limits, special_limits = list[Limit](), list[tuple[str, Limit]]()
    max_answer_usd = None
    for part in re.split(r"[\s,;]+", text.strip()):
        if not part:
            continue
        found = _BUDGET_PATTERN.fullmatch(part)
        if found is None or (found["scope"] == "workspace" and found["subject"]):
            raise ValueError(
                f"{part[:60]}: write user/day=2.00, channel/month=50, workspace/month=200,"
                " user:U0123456789/day=10 or answer=0.50, with spaces between them"
            )
        max_usd = Decimal(found["usd"])
        if found["answer"]:
            max_answer_usd = max_usd
            continue
        limit = Limit(Scope(found["scope"]), Period(found["period"]), max_usd)
        if found["subject"]:
            special_limits.append((found["subject"], limit))
        else:
            default_limits.append(limit)
    normalized = " ".join(text.split())
    return Budgets(
        tuple(default_limits), tuple(special_limits), max_answer_usd, warn_at, normalized
    )


def judge(limits: Sequence[Limit], spent: Mapping[Limit, Spent], max_cost: Decimal) -> Judgement:
    """Decide whether a request that costs at most `max_cost` may be made now.

    It has to wait if only costs that are still pending keep it from fitting.
    """
    blocking: Limit | None = None
    for limit in limits:
        sums = spent.get(limit, Spent())
        if sums.settled + max_cost > limit.max_usd:
            return Judgement(Verdict.REFUSED, limit)
        if sums.settled + sums.pending + max_cost > limit.max_usd:
            blocking = limit
    return Judgement(Verdict.ALLOWED if blocking is None else Verdict.WAIT, blocking)


def find_crossed_limit(
    limits: Sequence[Limit],
    spent: Mapping[Limit, Spent],
    cost: Decimal,
    warn_at: Decimal,
) -> Limit | None:
    """Return the first limit whose warning level is reached once `cost` is settled, if any."""
    for limit in limits:
        level = limit.max_usd * warn_at
        settled = spent.get(limit, Spent()).settled
        if settled < level <= settled + cost:
            return limit
    return None


def find_period_start(period: Period, now: datetime) -> datetime:
    """Return when the day or month of `now` began, in UTC."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day if period is Period.DAY else day.replace(day=1)


def find_period_end(period: Period, now: datetime) -> datetime:
    """Return when the next day or month begins, in UTC."""
    start = find_period_start(period, now)
    if period is Period.DAY:
        return start + timedelta(days=1)
    return (start + timedelta(days=32)).replace(day=1)


# Whole sentences, so that each can be translated.
_REFUSALS = {
    (Scope.USER, Period.DAY): (
        "Your budget for today (${limit:,.2f}) is used up: an answer might cost"
        " more than what is left. It frees up on {day} at 00:00 UTC; the person who runs me can"
        " raise it."
    ),
    (Scope.USER, Period.MONTH): (
        "Your budget for this month (${limit:,.2f}) is used up: an answer might cost"
        " more than what is left. It frees up on {day} at 00:00 UTC; the person who runs me can"
        " raise it."
    ),
    (Scope.CHANNEL, Period.DAY): (
        "This channel's budget for today (${limit:,.2f}) is used up: an answer might cost"
        " more than what is left. It frees up on {day} at 00:00 UTC; the person who runs me can"
        " raise it."
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "This channel's budget for this month (${limit:,.2f}) is used up: an answer might cost"
        " more than what is left. It frees up on {day} at 00:00 UTC; the person who runs me can"
        " raise it."
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "The workspace's budget for today (${limit:,.2f}) is used up: an answer might cost"
        " more than what is left. It frees up on {day} at 00:00 UTC; the person who runs me can"
        " raise it."
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "The workspace's budget for this month (${limit:,.2f}) is used up: an answer might cost"
        " more than what is left. It frees up on {day} at 00:00 UTC; the person who runs me can"
        " raise it."
    ),
}
_WARNINGS = {
    (Scope.USER, Period.DAY): (
        "_Your budget for today (${limit:,.2f}) is {share:.0%} used; it starts anew on"
        " {day} at 00:00 UTC._"
    ),
    (Scope.USER, Period.MONTH): (
        "_Your budget for this month (${limit:,.2f}) is {share:.0%} used; it starts anew on"
        " {day} at 00:00 UTC._"
    ),
    (Scope.CHANNEL, Period.DAY): (
        "_This channel's budget for today (${limit:,.2f}) is {share:.0%} used; it starts anew on"
        " {day} at 00:00 UTC._"
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "_This channel's budget for this month (${limit:,.2f}) is {share:.0%} used; it starts"
        " anew on {day} at 00:00 UTC._"
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "_The workspace's budget for today (${limit:,.2f}) is {share:.0%} used; it starts anew on"
        " {day} at 00:00 UTC._"
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "_The workspace's budget for this month (${limit:,.2f}) is {share:.0%} used; it starts"
        " anew on {day} at 00:00 UTC._"
    ),
}


def format_refusal(limit: Limit, now: datetime) -> Message:
    """Return the sentence for a person whose question would exceed `limit`."""
    end = find_period_end(limit.period, now)
    sentence = _REFUSALS[limit.scope, limit.period]
    return Message(sentence, limit=limit.max_usd, day=f"{end:%-d %B}")


def format_warning(limit: Limit, warn_at: Decimal, now: datetime) -> Message:
    """Return the sentence to add to the answer that reaches the warning level of `limit`."""
    end = find_period_end(limit.period, now)
    sentence = _WARNINGS[limit.scope, limit.period]
    return Message(sentence, limit=limit.max_usd, share=warn_at, day=f"{end:%-d %B}")
