"""Read what the menu under an answer shows: the answer before it, and what it cost."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.domain.answers.presses import AnswerCost, EarlierAnswer
from bot.domain.conversation import Speaker
from storage.ledger_rows import convert_to_dollars
from storage.rows import match_thread
from storage.schema import attempts, turns

_SELECT_EARLIER = select(turns.c.text).where(
    match_thread(turns),
    turns.c.ts == bindparam("ts"),
    turns.c.speaker == Speaker.EASEL.value,
    turns.c.is_replaced,
)
_IS_ITS_REQUEST = attempts.c.question_id == bindparam("of_question")
_SUM_COST = select(
    func.coalesce(func.sum(attempts.c.cost_nano), 0).label("nano"),
    func.count().label("requests"),
    func.count(attempts.c.cost_nano).label("known"),
    func.coalesce(func.sum(attempts.c.prompt_tokens), 0).label("prompt_tokens"),
    func.coalesce(func.sum(attempts.c.completion_tokens), 0).label("completion_tokens"),
).where(_IS_ITS_REQUEST)
_SELECT_MODELS = (
    select(attempts.c.model)
    .where(_IS_ITS_REQUEST, attempts.c.model != "")
    .distinct()
    .order_by(attempts.c.model)
)


def read_earlier(connection: Connection, row: Any) -> EarlierAnswer:
    """Return the answer that was replaced by the one of `row`, a row of its question."""
    key = {"team": row.team, "channel": row.channel, "root": row.root}
    ts = f"{row.ts}/{row.version - 1}"
    return EarlierAnswer(connection.scalar(_SELECT_EARLIER, {**key, "ts": ts}) or "")


def sum_cost(connection: Connection, row: Any) -> AnswerCost:
    """Return what all requests for the question of `row` cost."""
    key = {"of_question": row.id}
    total = connection.execute(_SUM_COST, key).one()
    return AnswerCost(
        convert_to_dollars(int(total.nano)),
        total.requests,
        total.requests - total.known,
        int(total.prompt_tokens),
        int(total.completion_tokens),
        tuple(connection.scalars(_SELECT_MODELS, key).all()),
    )
