"""Store a question about an answer because a person pressed for it, once for each answer."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.answers.presses import FollowUp
from bot.domain.conversation import IncomingMessage, Thread, Trigger
from bot.domain.questions import EnqueueResult, Presser, PressResult
from bot.domain.stores.feedback import AnswerName
from storage.presses.rights import Rights, lock_answer
from storage.queue.enqueue import enqueue
from storage.schema import questions, turns

_SELECT_TEXT = select(turns.c.text).where(turns.c.id == bindparam("of_turn"))
_NOTE_PRESS = (
    update(questions)
    .where(questions.c.id == bindparam("of_question"))
    .values(presses=bindparam("new_presses"))
)


def ask_further(
    connection: Connection,
    answer: AnswerName,
    presser: Presser,
    follow_up: FollowUp,
    rights: Rights,
) -> PressResult:
    """Ask about the answer: as `PressStore.ask_further`."""
    row = lock_answer(connection, answer, presser.person.id, rights)
    if isinstance(row, PressResult):
        return row
    name = f"{follow_up.name}:{answer.version}"
    taken = dict(one.split("@") for one in row.presses.split())
    if name in taken:
        # Slack sends a press again that it takes for lost.
        is_same = taken[name] == presser.ts
        return PressResult.NOTHING_TO_ASK if is_same else PressResult.ASKED_BEFORE
    text = connection.scalar(_SELECT_TEXT, {"of_turn": row.answer_turn_id or 0})
    if not text:
        return PressResult.GONE
    # It quotes the question, so that it goes where that one is deleted.
    message = IncomingMessage(
        f"{follow_up.name}:{row.id}.{answer.version}",
        Thread(row.team, row.channel, row.root),
        presser.ts,
        presser.person,
        follow_up.build_text(text),
        Trigger.MENU,
        quoted_ts=row.ts,
    )
    if enqueue(connection, message, now=rights.now, make_claim=None) is not EnqueueResult.NEW:
        return PressResult.NOTHING_TO_ASK
    presses = " ".join([*row.presses.split(), f"{name}@{presser.ts}"])
    connection.execute(_NOTE_PRESS, {"of_question": row.id, "new_presses": presses})
    return PressResult.ASKED
