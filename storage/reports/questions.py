"""Read everything that is known of a question, for the person who runs Easel. Writes nothing.

Texts of people and of the model, and names of files, are not read at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select, tuple_

from bot.domain.questions import Trouble, TroubleKind
from bot.domain.stored_messages import deserialize_message
from storage.engine.database import Database
from storage.ledger_rows import convert_to_dollars
from storage.reports.question_life import (
    QuestionLife,
    QuestionLine,
    QuestionState,
    RecordedRequest,
    SeenFile,
)
from storage.schema import attempts, files, questions, reply_messages, sightings
from storage.schema_troubles import troubles

MAX_LISTED = 1_000

_BY_ID = select(questions).where(questions.c.id == bindparam("of_question"))
_IS_OF_MESSAGE = or_(
    questions.c.ts == bindparam("of_ts"),
    questions.c.id.in_(
        select(reply_messages.c.question_id).where(
            reply_messages.c.channel == bindparam("of_channel"),
            reply_messages.c.ts == bindparam("of_ts"),
        )
    ),
)
_BY_MESSAGE = (
    select(questions)
    .where(questions.c.channel == bindparam("of_channel"), _IS_OF_MESSAGE)
    .order_by(questions.c.id)
)
_BY_THREAD = (
    select(questions)
    .where(questions.c.channel == bindparam("of_channel"), questions.c.root == bindparam("of_ts"))
    .order_by(questions.c.ts, questions.c.id)
    .limit(MAX_LISTED)
)
_earlier = questions.alias("earlier")
_SELECT_BLOCKER = (
    select(_earlier.c.id)
    .where(
        _earlier.c.team == bindparam("team"),
        _earlier.c.channel == bindparam("channel"),
        _earlier.c.root == bindparam("root"),
        _earlier.c.shown.is_(False),
        _earlier.c.id != bindparam("of_question"),
        or_(
            _earlier.c.claimed_by != "",
            tuple_(_earlier.c.ts, _earlier.c.id)
            < tuple_(bindparam("ts"), bindparam("of_question")),
        ),
    )
    .order_by(_earlier.c.ts, _earlier.c.id)
    .limit(1)
)
_IS_ITS_TROUBLE = troubles.c.question_id == bindparam("of_question")
_TROUBLE = (*troubles.c, troubles.c["count"].label("times"))
_SELECT_TROUBLES = select(*_TROUBLE).where(_IS_ITS_TROUBLE).order_by(troubles.c.id)
_IS_ITS_REQUEST = attempts.c.question_id == bindparam("of_question")
_SELECT_REQUESTS = select(attempts).where(_IS_ITS_REQUEST).order_by(attempts.c.id)
_SELECT_FILES = (
    select(files.c.slack_id, files.c.mimetype, files.c.size)
    .where(files.c.turn_id == bindparam("of_turn"))
    .order_by(files.c.position)
)
_SELECT_VIEWS = (
    select(sightings)
    .where(
        sightings.c.team == bindparam("team"),
        sightings.c.channel == bindparam("channel"),
        sightings.c.root == bindparam("root"),
        sightings.c.ts == bindparam("ts"),
    )
    .order_by(sightings.c.position)
)
_SELECT_MESSAGES = (
    select(reply_messages.c.ts)
    .where(reply_messages.c.question_id == bindparam("of_question"))
    .order_by(reply_messages.c.ts)
)
_SUM_COST = select(
    func.coalesce(func.sum(attempts.c.cost_nano), 0),
    func.count() - func.count(attempts.c.cost_nano),
).where(_IS_ITS_REQUEST)
_SELECT_LAST_TROUBLE = (
    select(*_TROUBLE)
    .where(
        _IS_ITS_TROUBLE,
        troubles.c.kind != TroubleKind.CALL_FAILED.value,
    )
    .order_by(troubles.c.id.desc())
    .limit(1)
)
_IS_FAILED = and_(questions.c.shown, questions.c.outcome == "failed")
_IS_OPEN = questions.c.shown.is_(False)


async def read_question(database: Database, question_id: int) -> QuestionLife | None:
    """Return the life of the question with this id, None if there is none."""

    def read(connection: Connection) -> QuestionLife | None:
        row = connection.execute(_BY_ID, {"of_question": question_id}).first()
        return None if row is None else _read_life(connection, row)

    return await database.read(read)


async def find_questions(database: Database, channel: str, ts: str) -> list[QuestionLife]:
    """Return the questions that a message asked, or of whose reply it is a part; else those of the
    thread that it began."""
    key = {"of_channel": channel, "of_ts": ts}

    def read(connection: Connection) -> list[QuestionLife]:
        rows = connection.execute(_BY_MESSAGE, key).all()
        rows = rows or connection.execute(_BY_THREAD, key).all()
        return [_read_life(connection, row) for row in rows]

    return await database.read(read)


async def list_questions(
    database: Database, *, since: float, is_failed: bool = False, is_open: bool = False
) -> list[QuestionLine]:
    """Return the questions that were stored since the Unix time `since`, the newest first.

    At most `MAX_LISTED`. With `is_failed` or `is_open` only those, or both.
    """
    kinds = ([_IS_FAILED] if is_failed else []) + ([_IS_OPEN] if is_open else [])
    query = select(questions).where(questions.c.stored_at >= since)
    query = query.where(or_(*kinds)) if kinds else query
    query = query.order_by(questions.c.id.desc()).limit(MAX_LISTED)

    def read(connection: Connection) -> list[QuestionLine]:
        return [_build_line(connection, row) for row in connection.execute(query).all()]

    return await database.read(read)


def _build_line(connection: Connection, row: Row[Any]) -> QuestionLine:
    key = {"of_question": row.id}
    trouble = connection.execute(_SELECT_LAST_TROUBLE, key).first()
    nano, unknown_count = connection.execute(_SUM_COST, key).one()
    last = None if trouble is None else _build_trouble(trouble)
    return QuestionLine(
        _build_state(connection, row), last, convert_to_dollars(nano), unknown_count == 0
    )


def _read_life(connection: Connection, row: Row[Any]) -> QuestionLife:
    key = {"of_question": row.id}
    place = {"team": row.team, "channel": row.channel, "root": row.root, "ts": row.ts}
    views = {view.slack_id: view for view in connection.execute(_SELECT_VIEWS, place)}
    made = [] if row.answer_turn_id is None else _read_files(connection, row.answer_turn_id, {})
    return QuestionLife(
        _build_state(connection, row),
        [_build_trouble(one) for one in connection.execute(_SELECT_TROUBLES, key)],
        [_build_request(one) for one in connection.execute(_SELECT_REQUESTS, key)],
        _read_files(connection, row.turn_id, views),
        made,
        list(connection.scalars(_SELECT_MESSAGES, key)),
    )


def _build_state(connection: Connection, row: Row[Any]) -> QuestionState:
    blocked_by = None
    if not row.shown and not row.claimed_by:
        place = {"team": row.team, "channel": row.channel, "root": row.root, "ts": row.ts}
        blocked_by = connection.scalar(_SELECT_BLOCKER, {**place, "of_question": row.id})
    return QuestionState(
        row.id,
        row.team,
        row.channel,
        row.root,
        row.ts,
        row.user,
        row.state,
        row.outcome,
        is_shown=bool(row.shown),
        is_claimed=bool(row.claimed_by),
        claimed_until=row.claimed_until,
        attempt=row.attempt,
        claims=row.claims,
        crashes=row.crashes,
        due_at=row.due_at,
        stored_at=row.stored_at,
        begun_at=row.begun_at,
        settled_at=row.settled_at,
        shown_at=row.shown_at,
        blocked_by=blocked_by,
    )


def _build_trouble(row: Row[Any]) -> Trouble:
    return Trouble(row.at, TroubleKind(row.kind), row.code, row.method, row.times, row.seconds)


def _build_request(row: Row[Any]) -> RecordedRequest:
    return RecordedRequest(
        row.asked_at,
        row.purpose,
        row.provider,
        row.model,
        row.parameters,
        row.outcome,
        row.reason,
        row.first_ms,
        row.took_ms,
        row.prompt_tokens,
        row.completion_tokens,
        _convert_cost(row.cost_nano),
        row.basis,
        row.bill,
        row.bill_due,
    )


def _convert_cost(nano: int | None) -> Decimal | None:
    return None if nano is None else convert_to_dollars(nano)


def _read_files(connection: Connection, turn_id: int, views: dict[str, Any]) -> Sequence[SeenFile]:
    """Return the files of a turn, and what was shown of each, as far as it was."""
    found = []
    for row in connection.execute(_SELECT_FILES, {"of_turn": turn_id}):
        seen = SeenFile(row.slack_id, row.mimetype, row.size)
        view = views.get(row.slack_id)
        if view is not None:
            is_cut = bool(view.left_out)
            pages, pixels = deserialize_message(view.pages), deserialize_message(view.pixels)
            shown = (view.kind, str(pages), str(pixels), view.tokens)
            seen = SeenFile(row.slack_id, row.mimetype, row.size, *shown, is_incomplete=is_cut)
        found.append(seen)
    return found
