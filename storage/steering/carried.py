"""Forgets files that answers took along of another conversation and no message brings any more.

What was taken along is a row of the question that took it, and stays for as long as a message that
brought it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, bindparam, delete, not_, or_, select, update

from storage.rows import IS_PRESENT
from storage.schema import files, questions, sightings, turns
from storage.steering.answers import FORGOTTEN_VALUES

IS_CARRIED = questions.c.back_reference.in_(["taken", "declined"])
_IS_FILE = files.c.slack_id == bindparam("file_id")
_IS_OF_TURN = files.c.turn_id == bindparam("of_turn")
_IS_IN_CHANNEL = and_(turns.c.team == bindparam("team"), turns.c.channel == bindparam("channel"))
_SELECT_CARRIED = (
    select(files.c.turn_id, files.c.copy_sha256)
    .join(turns, turns.c.id == files.c.turn_id)
    .join(questions, questions.c.turn_id == files.c.turn_id)
    .where(_IS_IN_CHANNEL, _IS_FILE, IS_PRESENT, IS_CARRIED)
)
_SELECT_BROUGHT = (
    select(files.c.turn_id)
    .join(turns, turns.c.id == files.c.turn_id)
    .outerjoin(questions, questions.c.turn_id == files.c.turn_id)
    .where(_IS_IN_CHANNEL, _IS_FILE, IS_PRESENT)
    .where(or_(questions.c.id.is_(None), not_(IS_CARRIED)))
    .limit(1)
)
FORGET_CARRIED = (
    update(files).where(_IS_OF_TURN, _IS_FILE).values(mode="forgotten", **FORGOTTEN_VALUES)
)
_DELETE_CHANNEL_VIEWS = delete(sightings).where(
    sightings.c.team == bindparam("team"),
    sightings.c.channel == bindparam("channel"),
    sightings.c.slack_id == bindparam("file_id"),
)


def forget_carried(
    connection: Connection, key: dict[str, str], file_ids: Sequence[str]
) -> set[str]:
    """Forget what other conversations took along and no message brings any more.

    `key` names the channel. Return the sha256 of the working copies.
    """
    copies = set[str]()
    for file_id in file_ids:
        file_key = {**key, "file_id": file_id}
        if connection.execute(_SELECT_BROUGHT, file_key).first() is not None:
            continue
        for row in connection.execute(_SELECT_CARRIED, file_key).all():
            copies.add(row.copy_sha256)
            connection.execute(FORGET_CARRIED, {"of_turn": row.turn_id, "file_id": file_id})
        connection.execute(_DELETE_CHANNEL_VIEWS, file_key)
    return copies - {""}
