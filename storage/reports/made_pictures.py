"""Which request has made which pictures of its question's answer. Reads only.

The ledger does not say it: the pictures of all answers to a question are shared out evenly, in
order, among its requests that have drawn; if none is known to have, among those that were answered,
else among all. So each picture is counted once, whatever a report groups by.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, select

from bot.domain.costs import RequestPurpose
from storage.presses.answers import IS_ANSWER_TO
from storage.schema import attempts, files, questions, turns

_SUMMARY = RequestPurpose.SUMMARY.value


def build_shares(is_wanted: ColumnElement[bool]) -> CTE:
    """Return `id` of the requests that made pictures, with the `first` of them in the order of the
    answers, from 0, and the one `after` the last. `is_wanted` chooses rows of `questions`."""
    made = (
        select(questions.c.id.label("question_id"), func.count().label("pictures"))
        .join(turns, IS_ANSWER_TO)
        .join(files, files.c.turn_id == turns.c.id)
        .where(files.c.version > 0, is_wanted)
        .group_by(questions.c.id)
        .cte("made")
    )
    rank = case(
        (attempts.c.image_tokens > 0, 0),
        (and_(attempts.c.outcome == "answered", attempts.c.purpose != _SUMMARY), 1),
        else_=2,
    )
    ranked = (
        select(attempts.c.id, made.c.question_id, made.c.pictures, rank.label("rank"))
        .join(made, made.c.question_id == attempts.c.question_id)
        .cte("ranked")
    )
    numbered = select(
        ranked,
        func.min(ranked.c.rank).over(partition_by=ranked.c.question_id).label("best"),
        _count_up(ranked).label("number"),
        func.count().over(partition_by=[ranked.c.question_id, ranked.c.rank]).label("count"),
    ).cte("numbered")
    count = numbered.c["count"]
    return (
        select(
            numbered.c.id,
            (numbered.c.pictures * (numbered.c.number - 1)).op("/")(count).label("first"),
            (numbered.c.pictures * numbered.c.number).op("/")(count).label("after"),
        )
        .where(numbered.c.rank == numbered.c.best)
        .cte("shares")
    )


def _count_up(ranked: CTE) -> ColumnElement[Any]:
    return func.row_number().over(
        partition_by=[ranked.c.question_id, ranked.c.rank], order_by=ranked.c.id
    )
