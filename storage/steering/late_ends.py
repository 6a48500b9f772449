"""Forgets what came of a question whose message was deleted before all of its answer was shown.

It does so with the end of the question: no process has to live on for it. The working copies of the
files stay named, for `storage.deletion` to find and erase.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, or_, select, update

from bot.domain.conversation import Speaker
from bot.domain.questions import Question
from storage.engine.announcements import announce
from storage.queue.relevance import is_deleted
from storage.rows import build_thread_key, match_thread
from storage.schema import files, questions, turns
from storage.steering.answers import TOLD_VALUES, forget_words, rename_pictures
from storage.steering.gone_questions import end_question

# Announced with the message that was deleted, for the offer to delete the answer, too: whoever
# heard of the deletion may have seen no end of the answer, and who gave that, no deletion.
LATE_ENDS_TOPIC = "late_ends"

_SELECT_TURN = select(questions.c.turn_id).where(questions.c.id == bindparam("of_question"))
_FORGET_FILES = (
    update(files)
    .where(
        files.c.turn_id.in_(
            select(turns.c.id).where(
                match_thread(turns),
                turns.c.place == bindparam("place"),
                or_(turns.c.id == bindparam("of_turn"), turns.c.speaker == Speaker.EASEL.value),
            )
        ),
        files.c.mode != "tombstone",
    )
    .values(mode="forgotten", **TOLD_VALUES)
)


def forget_if_deleted(connection: Connection, question: Question, *, now: float) -> bool:
    """Forget what was answered to `question`, which has just ended, if it was deleted meanwhile, or
    the message that it quotes. Return whether it was."""
    thread = question.thread
    messages = [ts for ts in (question.ts, question.about_ts) if ts]
    if not any(is_deleted(connection, thread.team, thread.channel, ts) for ts in messages):
        return False
    turn_id = connection.execute(_SELECT_TURN, {"of_question": question.id}).scalar_one()
    end_question(connection, thread, turn_id, now=now)
    place = {**build_thread_key(thread), "place": question.place}
    rename_pictures(connection, place, turn_id, with_files=True)
    forget_words(connection, place, turn_id)
    connection.execute(_FORGET_FILES, {**place, "of_turn": turn_id})
    announce(connection, LATE_ENDS_TOPIC, team=thread.team, channel=thread.channel, ts=question.ts)
    return True
