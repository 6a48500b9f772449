"""Write prices, their changes, and a month at today's prices, as text or JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.billing.price_comparison import ComparedCost
from bot.cli.table import format_table
from bot.cli.usage.period import Month
from bot.domain.costs import Price, PriceChange

# The amounts of a price, and their names; the last two are for what a model that draws reads.
AMOUNTS = {
    "input": "input",
    "cached": "cached",
    "output": "output",
    "picture": "pictures",
    "drawing_text": "text to draw by",
    "drawing_image": "pictures to draw by",
}
_USUAL_AMOUNTS = ("input", "cached", "output", "picture")
_NO_PRICES = (
    "No price is known yet: they are noted when Easel runs and reads the provider's catalogue.\n"
)


@dataclass(frozen=True, slots=True)
class PriceReport:
    """All changes, oldest first, and the models of a month with their costs then and today."""

    changes: Sequence[PriceChange]
    month: Month
    zone: str
    compared: Sequence[ComparedCost]


def format_report(report: PriceReport) -> str:
    """Return the prices of today, their changes, and the month at today's prices, as text."""
    parts = [_NO_PRICES]
    if report.changes:
        parts = [_format_today(report.changes), _format_changes(report.changes)]
    return "\n".join([*parts, _format_comparison(report)])


def format_json(report: PriceReport) -> str:
    """Return all of it as JSON, with money as text of exact decimals."""
    values = {
        "unit": "US dollars per million tokens",
        "changes": [_build_change_object(change) for change in report.changes],
        "month": str(report.month),
        "zone": report.zone,
        "compared": [
            {
                "provider": one.provider,
                "model": one.model,
                "requests": one.requests,
                "cost_usd": f"{one.cost:f}",
                "at_todays_prices_usd": None if one.then is None else f"{one.then:f}",
                "unknown": one.unknown,
            }
            for one in report.compared
        ],
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def format_day(at: float) -> str:
    """Return the day of a Unix time, in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


def _format_today(changes: Sequence[PriceChange]) -> str:
    table = [["provider", "model", *(AMOUNTS[name] for name in _USUAL_AMOUNTS), "since"]]
    current = {(change.provider, change.model): change for change in changes}
    for change in sorted(current.values(), key=lambda one: (one.provider, one.model)):
        amounts = ["no price"] * len(_USUAL_AMOUNTS)
        if change.price is not None:
            amounts = [_format_price(getattr(change.price, name)) for name in _USUAL_AMOUNTS]
        table.append([change.provider, change.model, *amounts, format_day(change.at)])
    return "Prices of today, in US dollars per million tokens\n" + format_table(table, left=2)


def _format_changes(changes: Sequence[PriceChange]) -> str:
    """Say what each change has changed, the newest first."""
    last: dict[tuple[str, str], Price | None] = {}
    lines = []
    for change in changes:
        key = (change.provider, change.model)
        text = _describe_change(change.price, last.get(key), is_first=key not in last)
        lines.append([format_day(change.at), *key, text])
        last[key] = change.price
    return "Changes, newest first\n" + format_table([*reversed(lines)], left=4, most=200)


def _describe_change(new: Price | None, old: Price | None, *, is_first: bool) -> str:
    if new is None:
        return "has no price any more"
    if old is None:
        return "noted for the first time" if is_first else "has a price again"
    changed = [
        f"{label} {_format_price(before)} to {_format_price(after)}{_format_share(before, after)}"
        for name, label in AMOUNTS.items()
        if (before := getattr(old, name)) != (after := getattr(new, name))
    ]
    return ", ".join(changed)


def _format_comparison(report: PriceReport) -> str:
    heading = f"{report.month} and the same at today's prices; days begin in {report.zone}\n"
    if not report.compared:
        return f"{heading}Nothing was used in this month.\n"
    table = [["provider", "model", "requests", "cost", "at today's prices", "difference"]]
    known = [(one, one.then) for one in report.compared if one.then is not None]
    for one, then in known:
        costs = _list_costs(one.cost, then)
        table.append(
            [one.provider or "unknown", one.model or "unknown", f"{one.requests:,}", *costs]
        )
    if known:
        cost = sum((one.cost for one, _ in known), Decimal(0))
        then = sum((amount for _, amount in known), Decimal(0))
        requests = sum(one.requests for one, _ in known)
        table.append(["total", "", f"{requests:,}", *_list_costs(cost, then)])
    text = heading + (format_table(table, left=2) if known else "")
    apart = [one for one in report.compared if one.then is None]
    if apart:
        lines = [
            [
                f"  {one.provider or 'unknown'}",
                one.model or "unknown",
                f"{one.requests:,} requests",
                f"cost ${one.cost:,.4f}",
            ]
            for one in apart
        ]
        text += f"Without a price today, and so not compared:\n{format_table(lines, left=2)}"
    if unknown := sum(one.unknown for one in report.compared):
        text += f"Of {unknown:,} of the requests nothing is booked yet: they are in no sum.\n"
    return text


def _list_costs(cost: Decimal, then: Decimal) -> list[str]:
    return [f"${cost:,.4f}", f"${then:,.4f}", f"{then - cost:+,.4f}{_format_share(cost, then)}"]


def _format_price(amount: Decimal) -> str:
    """Format an amount with two digits at least, and with all that it has."""
    digits = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{digits}f}"


def _format_share(before: Decimal, after: Decimal) -> str:
    return f" ({(after - before) / before * 100:+.1f} %)" if before else ""


def _build_change_object(change: PriceChange) -> dict[str, Any]:
    price = None
    if change.price is not None:
        price = {name: f"{getattr(change.price, name):f}" for name in AMOUNTS}
    return {
        "provider": change.provider,
        "model": change.model,
        "at": datetime.fromtimestamp(int(change.at), UTC).isoformat(),
        "price": price,
    }
