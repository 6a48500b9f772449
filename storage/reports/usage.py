"""Sum up usage by people, places, models and times. Reads the ledger, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Label,
    Row,
    Select,
    and_,
    case,
    func,
    select,
)

from bot.billing.usage_report import FIGURES, TIMES, TimeSpan, UsageRow
from bot.domain.costs import CostBasis
from storage.engine.database import Database
from storage.ledger_rows import convert_to_dollars
from storage.reports.dimensions import build_dimension
from storage.reports.made_pictures import build_shares
from storage.schema import attempts, questions

MONEY = frozenset({"cost", "estimated", "worst_case", "awaited", "open_usd"})
_WORST_BASES = (CostBasis.CAPPED.value, CostBasis.WORST_CASE.value)
_IS_UNKNOWN = attempts.c.cost_nano.is_(None)
_SUMMED = {
    "input_tokens": attempts.c.prompt_tokens,
    "cached_tokens": attempts.c.cached_tokens,
    "output_tokens": attempts.c.completion_tokens,
    "reasoning_tokens": attempts.c.reasoning_tokens,
    "image_tokens": attempts.c.image_tokens,
    "cost": attempts.c.cost_nano,
    "estimated": case((attempts.c.estimated, attempts.c.cost_nano)),
    "worst_case": case(
        (and_(attempts.c.estimated, attempts.c.basis.in_(_WORST_BASES)), attempts.c.cost_nano)
    ),
    "awaited": case(
        (and_(attempts.c.estimated, attempts.c.bill.in_(["open", "running"])), attempts.c.cost_nano)
    ),
    "unknown": case((_IS_UNKNOWN, 1)),
    "open_usd": case((_IS_UNKNOWN, attempts.c.worst_nano)),
}
# What the thread of a request takes.
_WITH_QUESTIONS = attempts.outerjoin(questions, questions.c.id == attempts.c.question_id)


def match_span(column: ColumnElement[Any], span: TimeSpan) -> ColumnElement[bool]:
    """Whether the Unix time in `column` is in `span`."""
    return and_(column >= span.since, column < span.until)


def match_asked_in(span: TimeSpan) -> ColumnElement[bool]:
    """Whether a request was made for the question in `span`."""
    asked = select(attempts.c.question_id).where(
        match_span(attempts.c.asked_at, span), attempts.c.question_id.is_not(None)
    )
    return questions.c.id.in_(asked)


async def sum_usage(database: Database, by: Sequence[str], span: TimeSpan) -> list[UsageRow]:
    """Return the sums of the requests of `span`, for all that `by` tells apart.

    `by` are names of `DIMENSIONS`; without any it is one row, or none. Times are in order;
    otherwise the highest cost is first. Raises `KeyError` for another name.
    """
    keys = [build_dimension(name, span).label(f"key_{i}") for i, name in enumerate(by)]
    source: FromClause = _WITH_QUESTIONS if "thread" in by else attempts

    def read(connection: Connection) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
        sums = connection.execute(_build_sum_query(keys, source, span)).all()
        return sums, connection.execute(_build_picture_query(keys, source, span)).all()

    rows, made = await database.read_apart(read)
    pictures: dict[tuple[Any, ...], int] = {tuple(row[:-1]): row[-1] for row in made}
    begins: dict[tuple[int, str], float] = {}
    usage = []
    for row in rows:
        if row.requests:
            usage.append(_build_row(row, len(by), pictures.get(tuple(row[: len(by)]), 0)))
            for place in enumerate(usage[-1].keys):
                begins[place] = min(row.begin, begins.get(place, row.begin))

    def find_place(row: UsageRow) -> tuple[Any, ...]:
        times = [begins[i, key] for i, key in enumerate(row.keys) if by[i] in TIMES]
        return (times, -row.cost, row.keys)

    return sorted(usage, key=find_place)


async def list_people_and_channels(
    database: Database, span: TimeSpan
) -> tuple[list[str], list[str]]:
    """Return the ids of all who asked in `span`, and of all channels in which they did."""
    in_span = match_span(attempts.c.asked_at, span)
    queries = [
        select(column).where(in_span, column != "").distinct().order_by(column)
        for column in (attempts.c.user, attempts.c.channel)
    ]
    people, channels = await database.read_apart(
        lambda c: [[str(id_) for id_ in c.scalars(query)] for query in queries]
    )
    return people, channels


def _build_sum_query(keys: Sequence[Label[Any]], source: FromClause, span: TimeSpan) -> Select[Any]:
    sums = (func.coalesce(func.sum(column), 0).label(name) for name, column in _SUMMED.items())
    return (
        select(
            *keys,
            func.min(attempts.c.asked_at).label("begin"),
            func.count(attempts.c.question_id.distinct()).label("questions"),
            func.count().label("requests"),
            *sums,
        )
        .select_from(source)
        .where(match_span(attempts.c.asked_at, span))
        .group_by(*keys)
    )


def _build_picture_query(
    keys: Sequence[Label[Any]], source: FromClause, span: TimeSpan
) -> Select[Any]:
    """Return the pictures by the same keys; in one query, SQLite would look through the shares for
    each request."""
    shares = build_shares(match_asked_in(span))
    made = select(shares).where(shares.c.after > shares.c.first).subquery()
    return (
        select(*keys, func.sum(made.c.after - made.c.first))
        .select_from(source.join(made, made.c.id == attempts.c.id))
        .where(match_span(attempts.c.asked_at, span))
        .group_by(*keys)
    )


def _build_row(row: Row[Any], key_count: int, pictures: int) -> UsageRow:
    values = {**row._mapping, "pictures": pictures or 0}
    figures: dict[str, Any] = {
        name: convert_to_dollars(values[name]) if name in MONEY else values[name]
        for name in FIGURES
    }
    return UsageRow(tuple(str(key or "unknown") for key in row[:key_count]), **figures)
