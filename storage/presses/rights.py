"""Decide who may press the controls of an answer, and which answer they mean.

The person who asked, at once; after a while, anybody else. Other workspaces are refused before, see
`handlers/actions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.domain.conversation import Thread
from bot.domain.questions import PressResult
from bot.domain.stores.feedback import AnswerName
from storage.queue.presence import is_there
from storage.replicas.clock import estimate_now
from storage.rows import lock_thread
from storage.schema import questions, turns

_SELECT_ANSWER = (
    select(
        questions.c.id,
        questions.c.turn_id,
        questions.c.team,
        questions.c.channel,
        questions.c.root,
        questions.c.ts,
        questions.c.user,
        questions.c.settled_at,
        questions.c.shown,
        questions.c.version,
        questions.c.outcome,
        questions.c.ending,
        questions.c.back_reference,
        questions.c.crashes,
        questions.c.presses,
        questions.c.answer_turn_id,
        turns.c.user.label("author"),
        turns.c.place,
    )
    .join(turns, turns.c.id == questions.c.turn_id)
    .where(
        questions.c.id == bindparam("question_id"),
        questions.c.channel == bindparam("of_channel"),
    )
)
# Two may press at the same moment: the second finds what the first has done.
_LOCK_ANSWER = _SELECT_ANSWER.with_for_update(of=questions)


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may press at the Unix time `now`. An answer is its asker's for `own_seconds`."""

    now: float
    own_seconds: float

    def can_press(self, row: Any, person: str) -> bool:
        """Whether `person` may press; `row` has the question's user, its author and its end.

        While it is being answered again, it is as if it had just ended.
        """
        return self._is_allowed(row, person, self.now if row.settled_at is None else row.settled_at)

    def can_stop(self, row: Any, person: str) -> bool:
        """Whether `person` may stop an answer in progress; `row` has also when it was asked, and
        when this answer to it was begun."""
        return self._is_allowed(row, person, max(row.stored_at, row.begun_at or row.due_at))

    def _is_allowed(self, row: Any, person: str, since: float) -> bool:
        is_free = abs(self.now - since) >= self.own_seconds
        return is_free or person in (row.user, row.author)


@dataclass(frozen=True, slots=True)
class RightsRule:
    """The rule by which all presses are judged: an answer is its asker's for `own_seconds`."""

    own_seconds: float
    clock: Callable[[], float]

    def build(self, connection: Connection, *, is_free: bool = False) -> Rights:
        """Return the rights at the moment of a transaction; `is_free`: all may press at once."""
        now = estimate_now(connection, self.clock)
        return Rights(now, 0.0 if is_free else self.own_seconds)


def find_answer(
    connection: Connection, answer: AnswerName, person: str, rights: Rights
) -> Any | PressResult:
    """Return the row of the question that `person` may press for; else why not."""
    key = {"question_id": answer.question_id, "of_channel": answer.channel}
    row = connection.execute(_SELECT_ANSWER, key).first()
    return _judge(connection, row, answer, person, rights)


def lock_answer(
    connection: Connection, answer: AnswerName, person: str, rights: Rights
) -> Any | PressResult:
    """As `find_answer`, for a transaction that changes what it has found."""
    key = {"question_id": answer.question_id, "of_channel": answer.channel}
    found = connection.execute(_SELECT_ANSWER, key).first()
    if found is None:
        return PressResult.GONE
    lock_thread(connection, Thread(found.team, found.channel, found.root))
    row = connection.execute(_LOCK_ANSWER, key).first()
    return _judge(connection, row, answer, person, rights)


def _judge(
    connection: Connection, row: Any, answer: AnswerName, person: str, rights: Rights
) -> Any | PressResult:
    if row is None or not is_there(connection, row.id, row.channel, answer.version):
        return PressResult.GONE
    if not rights.can_press(row, person):
        return PressResult.NOT_THEIRS
    if not row.shown:
        return PressResult.RUNNING
    return row if row.version == answer.version else PressResult.REPLACED
