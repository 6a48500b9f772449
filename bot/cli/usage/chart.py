"""Arrange sums of usage as a chart: bars along a time or by name, and what each is made of. Pure.

`plot.py` draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.billing.usage_report import TIMES, TimeSpan, UsageRow
from bot.cli.usage.period import list_days

_MAX_BUCKETS = 100
_MAX_PARTS, _MAX_BARS = 7, 20
_HOUR = 3_600
_DAYS = {"day": 1, "week": 7, "month": 31}


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of US dollars: `bars` names them in order, `parts` their parts, each with its amounts.

    `bucket` is the time that a bar is about, "" where bars are people, channels, …
    """

    bucket: str
    bars: tuple[str, ...]
    parts: tuple[tuple[str, tuple[Decimal, ...]], ...]
    total: Decimal
    estimated: Decimal
    open_usd: Decimal


def choose_keys(by: Sequence[str], span: TimeSpan) -> tuple[str, ...]:
    """Return what to tell apart in a chart of a report by `by`: bars, and perhaps their parts.

    A time gets bars of such a length that there are neither one nor hundreds of them.
    """
    times = [name for name in by if name in TIMES]
    others = [name for name in by if name not in TIMES]
    if not times:
        return tuple(others[:2])
    is_good = 1 < len(list_bucket_keys(times[0], span)) <= _MAX_BUCKETS
    return (times[0] if is_good else _choose_bucket(span), *others[:1])


def list_bucket_keys(bucket: str, span: TimeSpan) -> list[str]:
    """Return the key of every hour, day, week or month of `span`, as reports have them."""
    first, last = list_days(span)
    if bucket == "hour":
        return _list_hours(span)
    if bucket == "month":
        months = [first.replace(day=1)]
        while (after := (months[-1] + timedelta(days=31)).replace(day=1)) <= last:
            months.append(after)
        return [f"{month:%Y-%m}" for month in months]
    step = timedelta(days=_DAYS[bucket])
    day = first - timedelta(days=first.weekday()) if bucket == "week" else first
    days = []
    while day <= last:
        days.append(day.isoformat())
        day += step
    return days


def build_chart(rows: Sequence[UsageRow], keys: Sequence[str], span: TimeSpan) -> Chart:
    """Arrange the sums by `keys`; what is beyond the largest is folded into others."""
    is_time = keys[0] in TIMES
    if is_time:
        bars, folded = list_bucket_keys(keys[0], span), dict[str, str]()
    else:
        bars, folded = _merge_rest([(row.keys[0], row.cost) for row in rows], _MAX_BARS)
    if len(keys) > 1:
        names, folded_parts = _merge_rest([(row.keys[1], row.cost) for row in rows], _MAX_PARTS)
    else:
        names, folded_parts = ["confirmed", "not confirmed"], {}
    sums = {name: dict.fromkeys(bars, Decimal(0)) for name in names}
    for row in rows:
        bar = folded.get(row.keys[0], row.keys[0])
        if len(keys) > 1:
            sums[folded_parts.get(row.keys[1], row.keys[1])][bar] += row.cost
        else:
            sums["confirmed"][bar] += row.cost - row.estimated
            sums["not confirmed"][bar] += row.estimated
    return Chart(
        keys[0] if is_time else "",
        tuple(bars),
        tuple((name, tuple(amounts.values())) for name, amounts in sums.items()),
        sum((row.cost for row in rows), Decimal(0)),
        sum((row.estimated for row in rows), Decimal(0)),
        sum((row.open_usd for row in rows), Decimal(0)),
    )


def format_bar(bucket: str, key: str, before: str | None) -> str:
    """Format the time of a bar; `before` is the key of the last one that has a label.

    The year is said once, and where a new one begins; of hours the day likewise.
    """
    if bucket == "hour":
        clock = key[11:16]
        return clock if before is not None and before[:10] == key[:10] else f"{clock}\n{key[:10]}"
    day = date.fromisoformat(key if bucket != "month" else f"{key}-01")
    text = f"{day:%b}" if bucket == "month" else f"{day.day} {day:%b}"
    return text if before is not None and before[:4] == key[:4] else f"{text}\n{day.year}"


def _choose_bucket(span: TimeSpan) -> str:
    for bucket in ("hour", "day", "week"):
        if len(list_bucket_keys(bucket, span)) <= _MAX_BUCKETS:
            return bucket
    return "month"


def _list_hours(span: TimeSpan) -> list[str]:
    zone, keys = ZoneInfo(span.zone), list[str]()
    # In steps of half an hour, as the clocks of some zones are changed by that.
    at = span.since
    while at < span.until and len(keys) <= _MAX_BUCKETS:
        local = datetime.fromtimestamp(at, zone)
        offset = f"{local:%z}"
        suffix = f"{offset[:3]}:{offset[3:5]}" if len(span.offsets) > 1 else ""
        key = f"{local:%Y-%m-%d %H}:00{suffix}"
        if key not in keys:
            keys.append(key)
        at += _HOUR / 2
    return keys


def _merge_rest(
    costs: Sequence[tuple[str, Decimal]], most: int
) -> tuple[list[str], dict[str, str]]:
    """Return the names with the highest sums, and for each other one the name of the rest."""
    sums: dict[str, Decimal] = {}
    for name, cost in costs:
        sums[name] = sums.get(name, Decimal(0)) + cost
    ordered = sorted(sums, key=lambda name: (-sums[name], name))
    if len(ordered) <= most + 1:
        return ordered, {}
    rest = f"others ({len(ordered) - most:,})"
    return [*ordered[:most], rest], dict.fromkeys(ordered[most:], rest)
