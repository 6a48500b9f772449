"""Read what people think of the answers of a time. Reads only, a page at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Connection, Row, Select, select, tuple_

from bot.billing.usage_report import FeedbackRow, TimeSpan
from storage.engine.database import Database
from storage.feedback.schema import feedback
from storage.reports.usage_lists import PAGE_ROWS
from storage.schema import questions

_ORDER = (feedback.c.at, feedback.c.question_id, feedback.c.version, feedback.c.user)
_SELECT_ALL = (
    select(feedback, questions.c.channel, questions.c.ts, questions.c.root)
    .join(questions, questions.c.id == feedback.c.question_id)
    .order_by(*_ORDER)
    .limit(PAGE_ROWS)
)


async def list_feedback(database: Database, span: TimeSpan) -> AsyncIterator[list[FeedbackRow]]:
    """Yield what people have last said in `span`, in the order of its times."""
    statement = _SELECT_ALL.where(feedback.c.at >= span.since, feedback.c.at < span.until)
    rows = await _read(database, statement)
    while rows:
        yield [_build_row(row) for row in rows]
        last = rows[-1]
        after = tuple_(*_ORDER) > (last.at, last.question_id, last.version, last.user)
        rows = await _read(database, statement.where(after))


async def _read(database: Database, statement: Select[Any]) -> list[Row[Any]]:
    def fetch(connection: Connection) -> list[Row[Any]]:
        return list(connection.execute(statement).all())

    return await database.read(fetch)


def _build_row(row: Row[Any]) -> FeedbackRow:
    return FeedbackRow(
        at=row.at,
        user=row.user,
        channel=row.channel,
        question_id=row.question_id,
        version=row.version,
        verdict=row.verdict,
        fault=row.reasons,
        words=row.words,
        ts=row.ts,
        root=row.root,
    )


async def list_feedback_owners(database: Database, span: TimeSpan) -> tuple[list[str], list[str]]:
    """Return the people who have said something in `span`, and the channels they said it in."""
    statement = (
        select(feedback.c.user, questions.c.channel)
        .join(questions, questions.c.id == feedback.c.question_id)
        .where(feedback.c.at >= span.since, feedback.c.at < span.until)
        .distinct()
    )
    rows = await database.read(lambda c: c.execute(statement).all())
    return sorted({row.user for row in rows}), sorted({row.channel for row in rows})
