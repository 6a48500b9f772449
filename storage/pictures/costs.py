"""Read what pictures cost lately, from the ledger. Decides nothing."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, or_, select

from bot.domain.stores.pictures import PictureCost
from storage.ledger_rows import convert_to_dollars
from storage.presses.answers import IS_ANSWER_TO, IS_DRAWN
from storage.schema import attempts, files, questions, turns

RECENT_SECONDS = 30 * 24 * 3_600.0
# Of a workspace that asks this much about other things, what pictures cost is in the catalogue.
_MAX_REQUESTS, _MAX_ANSWERS = 5_000, 200
_newest = (
    select(attempts.c.question_id, attempts.c.parameters, attempts.c.cost_nano, attempts.c.asked_at)
    .where(
        attempts.c.team == bindparam("of_team"),
        attempts.c.model == bindparam("of_model"),
        attempts.c.asked_at >= bindparam("since"),
        attempts.c.question_id.is_not(None),
    )
    .order_by(attempts.c.asked_at.desc())
    .limit(_MAX_REQUESTS)
    .subquery()
)
# The ledger holds what all answers to a question cost, also those that were replaced.
_count_pictures = (
    select(func.count())
    .select_from(turns.join(files, files.c.turn_id == turns.c.id))
    .where(IS_ANSWER_TO, IS_DRAWN)
    .correlate(questions)
    .scalar_subquery()
)
_is_of_one_kind = func.max(_newest.c.parameters) == func.min(_newest.c.parameters)
_SELECT_COSTS = (
    select(
        func.sum(_newest.c.cost_nano).label("cost"),
        func.count().filter(_newest.c.cost_nano.is_(None)).label("unknown"),
        func.max(_newest.c.parameters).label("parameters"),
        _count_pictures.label("pictures"),
    )
    .join(questions, questions.c.id == _newest.c.question_id)
    .where(questions.c.answer_turn_id.is_not(None), _count_pictures > 0)
    .group_by(questions.c.id)
    # Of a question that was edited, one answer may be drawn otherwise than another.
    .having(or_(questions.c.version == 1, _is_of_one_kind))
    .order_by(func.max(_newest.c.asked_at).desc())
    .limit(_MAX_ANSWERS)
)


def list_picture_costs(
    connection: Connection, team: str, model: str, *, now: float
) -> list[PictureCost]:
    """As `PictureCosts.list_costs`."""
    values = {"of_team": team, "of_model": model, "since": now - RECENT_SECONDS}
    return [
        PictureCost(convert_to_dollars(int(row.cost)) / row.pictures, row.parameters)
        for row in connection.execute(_SELECT_COSTS, values)
        if not row.unknown and row.cost
    ]
