"""Parse budgets, and judge requests by them. Pure. See `budget_messages.py` for the sentences.

A budget is written `user/day=2.00` for each person, or `user:U0123/day=10` for one person. Days and
months are in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from bot.domain.budgets import Budgets, Demand, Judgement, Limit, Period, Scope, Spent, Verdict

# Amounts are kept in whole units of this many dollars.
NANO_DOLLAR = Decimal("0.000000001")
_BUDGET_PATTERN = re.compile(
    r"(?:(?P<scope>user|channel|workspace)(?::(?P<subject>[A-Z0-9]+))?/(?P<period>day|month)"
    r"|(?P<answer>answer))=\$?(?P<usd>\d{1,7}(?:\.\d{1,6})?)"
)


def parse_budgets(text: str) -> Budgets:
    """Read `EASEL_BUDGETS`. Raises `ValueError` that says what is wrong and how to write it."""
    default_limits, special_limits = list[Limit](), list[tuple[str, Limit]]()
    max_answer_usd, names = None, set[str]()
    for part in re.split(r"[\s,;]+", text.strip()):
        if not part:
            continue
        found = _BUDGET_PATTERN.fullmatch(part)
        if found is None or (found["scope"] == "workspace" and found["subject"]):
            raise ValueError(
                f"{part[:60]}: write user/day=2.00, channel/month=50, workspace/month=200,"
                " user:U0123456789/day=10 or answer=0.50, with spaces between them"
            )
        name = part.partition("=")[0]
        if name in names:
            raise ValueError(f"{name} is set more than once: keep one of them")
        names.add(name)
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
    return Budgets(tuple(default_limits), tuple(special_limits), max_answer_usd, text=normalized)


def judge(
    limits: Sequence[Limit],
    spent: Mapping[Limit, Spent],
    demand: Demand,
    *,
    is_patient: bool = True,
) -> Judgement:
    """Decide whether requests may be made now, and how much to set aside for each.

    While others run, a request takes no more than half of what is free, or what it usually needs,
    so that many fit. It waits if only their pending costs keep it from that, as long as it is
    patient. What no other may need is all its own.
    """
    if not limits:
        return Judgement(Verdict.ALLOWED, demand.most)
    free, free_limit = _find_tightest(limits, spent, demand.requests, with_pending=True)
    left, left_limit = _find_tightest(limits, spent, demand.requests, with_pending=False)
    amount = _choose_amount(demand, free, left, is_patient=is_patient)
    if amount is not None:
        limit = None if amount == demand.most else free_limit
        return Judgement(Verdict.ALLOWED, amount, limit, spent.get(free_limit, Spent()))
    if demand.least <= left and free < left:
        return Judgement(Verdict.WAIT, limit=free_limit, spent=spent.get(free_limit, Spent()))
    return Judgement(Verdict.REFUSED, limit=left_limit, spent=spent.get(left_limit, Spent()))


def _choose_amount(
    demand: Demand, free: Decimal, left: Decimal, *, is_patient: bool
) -> Decimal | None:
    """Return what to set aside for each request now; None if none or rather later.

    Of the limit, `left` is not spent and `free` is not set aside for others either.
    """
    if demand.most <= free:
        return demand.most
    others_run = free < left
    if others_run and demand.usual <= free:
        half = (free / 2).quantize(NANO_DOLLAR, ROUND_DOWN)
        return min(demand.most, max(demand.usual, half))
    if others_run and is_patient and demand.usual <= left:
        return None
    return free if demand.least <= free else None


def _find_tightest(
    limits: Sequence[Limit], spent: Mapping[Limit, Spent], requests: int, *, with_pending: bool
) -> tuple[Decimal, Limit]:
    """Return what the tightest limit has for each of `requests`, and that limit."""

    def compute_rest(limit: Limit) -> Decimal:
        sums = spent.get(limit, Spent())
        return limit.max_usd - sums.settled - (sums.pending if with_pending else 0)

    limit = min(limits, key=compute_rest)
    return (compute_rest(limit) / requests).quantize(NANO_DOLLAR, ROUND_DOWN), limit


def list_limits_to_warn_of(
    spent: Mapping[Limit, Decimal], least: Decimal, warn_at: Decimal
) -> list[Limit]:
    """Return the limits of which people have to be warned, if they have not been yet.

    Of such a limit as much is spent as its warning level, or so much that not even a question of
    `least` fits any more. What is set aside does not count: it refuses no question.
    """
    return [
        limit
        for limit, usd in spent.items()
        if usd >= limit.max_usd * warn_at or usd + least > limit.max_usd
    ]


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


def count_days(moment: datetime) -> int:
    """Return the days from 1970-01-01 to `moment`, both in UTC."""
    return int(moment.timestamp() // 86_400)
