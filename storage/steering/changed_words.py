"""Notes that words were edited or deleted which an answer that is being given may still send.

A prompt is kept in memory for as long as its requests are repeated, perhaps by another replica,
which may not hear of the change. So it is noted here, and read with the record of each request.
"""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, exists, not_, or_, select, true, update

from bot.domain.conversation import Thread
from storage.engine.prepared import PreparedStatement
from storage.queue.claims import IS_CLAIMED
from storage.schema import files, questions, turns

# What an answer takes along of another conversation of its channel is in its prompt, too.
IS_CARRIED = questions.c.back_reference.in_(["taken", "declined"])
_IS_RUNNING = and_(IS_CLAIMED, questions.c.state != "settled", not_(questions.c.words_changed))
_MARK_THREAD = (
    update(questions)
    .where(
        questions.c.team == bindparam("of_team"),
        questions.c.channel == bindparam("of_channel"),
        or_(questions.c.root == bindparam("of_root"), IS_CARRIED),
        _IS_RUNNING,
    )
    .values(words_changed=True)
)
_MARK_FILE = (
    update(questions)
    .where(
        _IS_RUNNING,
        exists(
            select(files.c.turn_id)
            .join(turns, turns.c.id == files.c.turn_id)
            .where(
                files.c.slack_id == bindparam("file_id"),
                turns.c.team == questions.c.team,
                turns.c.channel == questions.c.channel,
                or_(turns.c.root == questions.c.root, IS_CARRIED),
            )
        ),
    )
    .values(words_changed=True)
)
_SELECT_CHANGED = PreparedStatement(
    select(true()).where(questions.c.id == bindparam("of_question"), questions.c.words_changed)
)


def note_changed_words(connection: Connection, thread: Thread) -> None:
    """Note that something of `thread`, which is locked, was edited or deleted."""
    key = {"of_team": thread.team, "of_channel": thread.channel, "of_root": thread.root}
    connection.execute(_MARK_THREAD, key)


def note_gone_file(connection: Connection, file_id: str) -> None:
    """Note that a file was deleted. Call it while the rows of the file are still its own."""
    connection.execute(_MARK_FILE, {"file_id": file_id})


def has_changed_words(connection: Connection, question_id: int | None) -> bool:
    """Whether a question must be prepared again before anything more of it is sent."""
    if question_id is None:
        return False
    return _SELECT_CHANGED.fetch_value(connection, {"of_question": question_id}) is not None
