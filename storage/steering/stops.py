"""Note that an answer is to stop, so that it does after a crash as well. Ends nothing itself.

See `bot/queue/steering.py` for who ends the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, not_, or_, select, update

from bot.domain.answers.steering import StopReport, StopResult
from bot.domain.conversation import IncomingMessage, Thread
from storage.engine.named_locks import lock
from storage.jobs.dispatch import schedule_thread
from storage.presses.rights import Rights
from storage.queue.claims import IS_CLAIMED
from storage.queue.relevance import is_relevant
from storage.rows import add_event, build_thread_key, lock_thread, match_thread
from storage.schema import questions, turns
from storage.steering.quiet import is_quiet

IS_UNSETTLED = and_(not_(questions.c.shown), questions.c.state != "settled")
# An answer that is whole and still being shown, and begins again after that, may be stopped, too.
_BEGINS_AGAIN = and_(not_(questions.c.shown), questions.c.reask_at.is_not(None))
_CAN_STOP = or_(IS_UNSETTLED, _BEGINS_AGAIN)
_SELECT_STOPPABLE = select(
    questions.c.id,
    questions.c.state,
    questions.c.team,
    questions.c.channel,
    questions.c.root,
    questions.c.ts,
    questions.c.user,
    questions.c.stored_at,
    questions.c.begun_at,
    questions.c.due_at,
    turns.c.user.label("author"),
).join(turns, turns.c.id == questions.c.turn_id)
# The one that is being answered, else the one that is next.
_SELECT_OF_THREAD = (
    _SELECT_STOPPABLE.where(match_thread(questions), _CAN_STOP)
    .order_by(case((IS_CLAIMED, 0), else_=1), questions.c.ts, questions.c.id)
    .limit(1)
)
_SELECT_OF_PERSON = _SELECT_STOPPABLE.where(
    questions.c.team == bindparam("team"),
    questions.c.channel == bindparam("channel"),
    questions.c.user == bindparam("of_user"),
    _CAN_STOP,
).order_by(questions.c.ts, questions.c.id)
_SELECT_OF_BUTTON = _SELECT_STOPPABLE.where(
    questions.c.id == bindparam("question_id"),
    questions.c.channel == bindparam("of_channel"),
    # A button under an earlier answer stops no later one.
    questions.c.version == bindparam("of_version"),
    _CAN_STOP,
)
# One that waits to be tried again is due now: there is nothing to wait for any more.
STOP_VALUES: Mapping[str, object] = {
    "stop_asked": True,
    "reask_at": None,
    "due_at": case((IS_CLAIMED, questions.c.due_at), else_=0.0),
}
_MARK_STOPPED = (
    update(questions)
    .where(questions.c.id == bindparam("of_question"), IS_UNSETTLED)
    .values(**STOP_VALUES)
)
_TAKE_BACK_RESTART = (
    update(questions)
    .where(questions.c.id == bindparam("of_question"), _BEGINS_AGAIN)
    .values(reask_at=None)
)
_CLOSE_WAITING = (
    update(questions)
    .where(
        *(questions.c[name] == bindparam(f"of_{name}") for name in ("team", "channel", "ts")),
        questions.c.state == "stored",
        questions.c.claimed_by == "",
    )
    .values(state="settled", outcome="stopped", shown=True)
)


def stop_by_word(connection: Connection, message: IncomingMessage, rights: Rights) -> StopReport:
    """Note that `message` asks to stop an answer: as `SteeringStore.stop_by_word`."""
    thread = message.thread
    lock(connection, "post", thread.team, thread.channel, message.ts)
    lock_thread(connection, thread)
    name = f"stop:{thread.team}/{thread.channel}/{message.ts}"
    if not is_relevant(connection, message) or not add_event(connection, name, now=rights.now):
        return StopReport(StopResult.IGNORED)
    found = _find_meant(connection, message)
    theirs = [row for row in found if rights.can_stop(row, message.sender.id)]
    for row in theirs:
        _mark_stopped(connection, row)
    if theirs:
        return StopReport(StopResult.STOPPED, _list_running(theirs))
    if found:
        return StopReport(StopResult.NOT_THEIRS)
    # Where Easel is quiet, the word is meant for somebody else.
    is_theirs = is_quiet(connection, message)
    return StopReport(StopResult.IGNORED if is_theirs else StopResult.NOTHING)


def stop_by_press(
    connection: Connection,
    question_id: int,
    channel: str,
    user: str,
    *,
    version: int,
    rights: Rights,
) -> StopReport:
    """Note that `user` stops an answer by its button: as `SteeringStore.stop_by_press`."""
    key = {"question_id": question_id, "of_channel": channel, "of_version": version}
    row = connection.execute(_SELECT_OF_BUTTON, key).first()
    if row is None:
        return StopReport(StopResult.NOTHING)
    if not rights.can_stop(row, user):
        return StopReport(StopResult.NOT_THEIRS)
    lock_thread(connection, Thread(row.team, row.channel, row.root))
    _mark_stopped(connection, row)
    return StopReport(StopResult.STOPPED, _list_running([row]))


def stop_by_edit(
    connection: Connection, thread: Thread, user: str, ts: str, rights: Rights
) -> tuple[tuple[str, str, str], ...]:
    """Note that `user` has edited their message at `ts` to ask to stop; return the messages whose
    answers are to stop. The thread is locked.

    A question that waits behind another is none any more: it says stop as well.
    """
    found = connection.execute(_SELECT_OF_THREAD, build_thread_key(thread)).all()
    if any(row.ts != ts for row in found):
        connection.execute(
            _CLOSE_WAITING, {"of_team": thread.team, "of_channel": thread.channel, "of_ts": ts}
        )
    theirs = [row for row in found if rights.can_stop(row, user)]
    for row in theirs:
        _mark_stopped(connection, row)
    return _list_running(theirs)


def stop_thread(connection: Connection, thread: Thread) -> bool:
    """Note that the answer in progress in `thread` is to stop; return False if there is none."""
    lock_thread(connection, thread)
    row = connection.execute(_SELECT_OF_THREAD, build_thread_key(thread)).first()
    if row is not None:
        _mark_stopped(connection, row)
    return row is not None


def _find_meant(connection: Connection, message: IncomingMessage) -> Sequence[Any]:
    """Return the questions that `message` may mean.

    In direct messages each question starts a thread, and the word need not stand in any.
    """
    thread = message.thread
    if thread.is_direct and message.ts == thread.root:
        of_user = {"of_user": message.sender.id}
        key = {"team": thread.team, "channel": thread.channel}
        return connection.execute(_SELECT_OF_PERSON, key | of_user).all()
    return connection.execute(_SELECT_OF_THREAD, build_thread_key(thread)).all()


def _list_running(rows: Sequence[Any]) -> tuple[tuple[str, str, str], ...]:
    """Return the messages of those whose answers are not whole yet."""
    return tuple((row.team, row.channel, row.ts) for row in rows if row.state != "settled")


def _mark_stopped(connection: Connection, row: Any) -> None:
    for statement in (_MARK_STOPPED, _TAKE_BACK_RESTART):
        connection.execute(statement, {"of_question": row.id})
    schedule_thread(connection, Thread(row.team, row.channel, row.root))
