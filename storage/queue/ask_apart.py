"""Ask a question again, without what its answer took along of an earlier conversation. Once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.conversation import IncomingMessage, Thread, Trigger
from bot.domain.questions import EnqueueResult, Presser, PressResult
from storage.presses.rights import Rights
from storage.queue.enqueue import enqueue
from storage.queue.presence import is_there
from storage.schema import questions, turns

_SELECT_ANSWER = (
    select(questions.c.user, questions.c.settled_at, turns.c.user.label("author"))
    .join(turns, turns.c.id == questions.c.turn_id)
    .where(
        questions.c.id == bindparam("question_id"), questions.c.channel == bindparam("of_channel")
    )
)
_DECLINE = (
    update(questions)
    .where(
        questions.c.id == bindparam("question_id"),
        questions.c.channel == bindparam("of_channel"),
        questions.c.back_reference == "taken",
        questions.c.shown,
    )
    .values(back_reference="declined")
    .returning(questions.c.turn_id, questions.c.team, questions.c.root, questions.c.ts)
)
_SELECT_TEXT = select(turns.c.text).where(turns.c.id == bindparam("turn_id"))
# The ts of the press that was taken: the question asked so quotes the first one.
_SELECT_PRESSES = select(turns.c.ts).where(
    questions.c.id == bindparam("question_id"),
    questions.c.channel == bindparam("of_channel"),
    questions.c.back_reference == "declined",
    *(turns.c[name] == questions.c[name] for name in ("team", "channel", "root")),
    turns.c.about_ts == questions.c.ts,
)
_SET_APART = (
    update(questions)
    .where(questions.c.event_id == bindparam("event"), questions.c.team == bindparam("of_team"))
    .where(questions.c.channel == bindparam("of_channel"), questions.c.root == bindparam("of_root"))
    .where(questions.c.shown.is_(False))
    .values(back_reference="apart")
)


def ask_apart(
    connection: Connection, question_id: int, channel: str, presser: Presser, rights: Rights
) -> PressResult:
    """Store the question once more, as asked by the person who pressed; it costs them.

    There is nothing to ask if its answer took nothing along, if its message was deleted, or if
    Slack sends a press again.
    """
    key = {"question_id": question_id, "of_channel": channel}
    answer = connection.execute(_SELECT_ANSWER, key).first()
    if answer is not None and not rights.can_press(answer, presser.person.id):
        return PressResult.NOT_THEIRS
    row = connection.execute(_DECLINE, key).first()
    if row is None:
        presses = connection.scalars(_SELECT_PRESSES, key).all()
        if not is_there(connection, question_id, channel):
            return PressResult.GONE
        is_another = bool(presses) and presser.ts not in presses
        return PressResult.ASKED_BEFORE if is_another else PressResult.NOTHING_TO_ASK
    text = connection.scalar(_SELECT_TEXT, {"turn_id": row.turn_id})
    if not text:
        return PressResult.GONE
    thread = Thread(row.team, channel, row.root)
    event_id = f"apart:{question_id}"
    # It quotes the first message, so that it goes where that one is deleted.
    message = IncomingMessage(
        event_id, thread, presser.ts, presser.person, text, Trigger.DIRECT, quoted_ts=row.ts
    )
    if enqueue(connection, message, now=rights.now, make_claim=None) is not EnqueueResult.NEW:
        return PressResult.NOTHING_TO_ASK
    connection.execute(
        _SET_APART,
        {"event": event_id, "of_team": row.team, "of_channel": channel, "of_root": row.root},
    )
    return PressResult.ASKED
