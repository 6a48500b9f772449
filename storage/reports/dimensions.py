"""What usage can be grouped by, as expressions of the ledger's columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Float, String, case, cast, func, literal

from bot.billing.usage_report import TimeSpan
from storage.engine.dialects import format_time
from storage.schema import attempts, questions
from storage.schema_budgets import budget_events

_TIME_UNITS = ("hour", "day", "week", "month")
# A request that has drawn is a picture's, whatever it was made for.
KIND = case((attempts.c.image_tokens > 0, "picture"), else_=attempts.c.purpose)
_DIMENSIONS: Mapping[str, ColumnElement[Any]] = {
    "user": attempts.c.user,
    "channel": attempts.c.channel,
    # A request without a question belongs to no thread that the ledger knows.
    "thread": func.coalesce(attempts.c.channel + "/" + questions.c.root, ""),
    "workspace": attempts.c.team,
    "provider": attempts.c.provider,
    "model": attempts.c.model,
    "kind": KIND,
    "outcome": attempts.c.outcome,
    "basis": attempts.c.basis,
}
_REFUSAL_DIMENSIONS: Mapping[str, ColumnElement[Any]] = {
    "budget": budget_events.c.told,
    "user": budget_events.c.user,
    "channel": budget_events.c.channel,
}


def build_dimension(name: str, span: TimeSpan) -> ColumnElement[Any]:
    """Return the expression of one of `DIMENSIONS`. Raises `KeyError` for another name."""
    if name in _TIME_UNITS:
        return _format_time(name, attempts.c.asked_at, span)
    return _DIMENSIONS[name]


def build_refusal_dimension(name: str, span: TimeSpan) -> ColumnElement[Any]:
    """Return the expression of one of `REFUSAL_DIMENSIONS`. Raises `KeyError` for another name."""
    if name in _TIME_UNITS:
        return _format_time(name, budget_events.c.at, span)
    return _REFUSAL_DIMENSIONS[name]


def _format_time(name: str, at: ColumnElement[Any], span: TimeSpan) -> ColumnElement[Any]:
    """Format a Unix time as the clocks of the span's place show it."""
    text = format_time(name, at + cast(_choose(span, at, literal), Float))
    if name == "hour" and len(span.offsets) > 1:
        # When clocks are put back, one hour comes twice.
        return text + cast(_choose(span, at, lambda offset: literal(format_offset(offset))), String)
    return text


def _choose(
    span: TimeSpan, at: ColumnElement[Any], build: Callable[[int], ColumnElement[Any]]
) -> ColumnElement[Any]:
    first, *later = span.offsets
    whens = [(at >= literal(since), build(offset)) for since, offset in reversed(later)]
    return case(*whens, else_=build(first[1])) if whens else build(first[1])


def format_offset(seconds: int) -> str:
    """Format the seconds before UTC as in +02:00."""
    sign, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"
