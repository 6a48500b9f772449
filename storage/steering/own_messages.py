"""Find what one of Easel's own messages shows: an answer, or files of one; note which files Easel
deletes itself. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, literal_column, select

from bot.domain.conversation import Speaker
from storage.engine.dialects import match_listed
from storage.rows import IS_PRESENT, add_event, has_event, match_thread
from storage.schema import files, questions, reply_messages, turns

# The turn of the question, at whose place its answers are. While a question is open, Easel itself
# deletes messages of its reply.
_SELECT_ANSWERED = (
    select(turns.c.id.label("turn_id"), turns.c.place, literal_column("NULL").label("file_id"))
    .select_from(
        reply_messages.join(questions, questions.c.id == reply_messages.c.question_id).join(
            turns, turns.c.id == questions.c.turn_id
        )
    )
    .where(match_thread(reply_messages), reply_messages.c.ts == bindparam("ts"), questions.c.shown)
)
_SELECT_SHARED = (
    select(turns.c.id.label("turn_id"), turns.c.place, files.c.slack_id.label("file_id"))
    .join(turns, turns.c.id == files.c.turn_id)
    .where(
        match_thread(turns),
        turns.c.speaker == Speaker.EASEL.value,
        match_listed(files.c.slack_id, "files"),
        IS_PRESENT,
    )
)


def find_own(connection: Connection, key: dict[str, Any]) -> Sequence[Row[Any]]:
    """Return `turn_id` and `place` of the question that the message at `ts` answers, and those of
    Easel's turns with its `files`, each with its `file_id`. `key` names the thread as well."""
    answered = connection.execute(_SELECT_ANSWERED, key).all()
    return [*answered, *(connection.execute(_SELECT_SHARED, key).all() if key["files"] else ())]


def note_own_deletion(connection: Connection, file_id: str, *, now: float) -> None:
    """Note that Easel deletes a file itself, which Slack reports as it does any other deletion."""
    add_event(connection, _name_deletion(file_id), now=now)


def is_own_deletion(connection: Connection, file_id: str) -> bool:
    """Whether Easel deletes, or has deleted, a file itself."""
    return has_event(connection, _name_deletion(file_id))


def _name_deletion(file_id: str) -> str:
    return f"own deletion:{file_id}"
