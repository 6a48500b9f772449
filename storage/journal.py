"""What is known of a claimed question before it can be repeated, and its end. Decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.errors import ClaimLost
from bot.types import Answer, Began, Question, Speaker, Thread, Turn
from storage.database import Database
from storage.history import insert_turn
from storage.ledger import record_answer, record_generation
from storage.questions import MINE, add_messages, claim_key
from storage.rows import name_files, of_thread, thread_key
from storage.schema import questions, reply_messages

_REPLYING = update(questions).where(MINE, questions.c.state == "claimed").values(state="replying")
_ANSWER_TURN = select(questions.c.answer_turn_id).where(MINE)
_NOTED = select(reply_messages.c.ts).where(of_thread(reply_messages))
_SETTLE = (
    update(questions)
    .where(MINE, questions.c.state != "settled")
    .values(
        state="settled",
        outcome=bindparam("ended"),
        note=bindparam("said"),
        answer_turn_id=bindparam("turn"),
        # From here on it counts how often showing was tried.
        attempt=1,
        settled_at=bindparam("now"),
    )
)


class QuestionJournal:
    """Implements `bot.ports.Journal`. `owner` is the name in this process's claims."""

    def __init__(
        self, database: Database, *, owner: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock

    async def note_generation(self, question: Question, began: Began) -> None:
        now = self._clock()
        # Without asking whose the claim is: what was begun may cost, whoever began it.
        await self._database.write(lambda c: record_generation(c, question.id, began, now=now))

    async def note_message(self, question: Question, ts: str) -> None:
        mine = claim_key(question, self._owner)

        def body(connection: Connection) -> None:
            add_messages(connection, question, [ts])
            connection.execute(_REPLYING, mine)

        await self._database.write(body)

    async def note_uploads(self, question: Question, file_ids: Sequence[str]) -> None:
        mine = claim_key(question, self._owner)

        def body(connection: Connection) -> None:
            turn_id = connection.scalar(_ANSWER_TURN, mine)
            if turn_id is None:
                raise ClaimLost(f"question {question.id}")
            name_files(connection, turn_id, file_ids)

        await self._database.write(body)

    async def settle(
        self, question: Question, answer: Answer, messages: Sequence[str] = ()
    ) -> None:
        now = self._clock()
        mine = claim_key(question, self._owner)

        def body(connection: Connection) -> None:
            turn_id = _remember(connection, question, answer, now)
            ended: dict[str, Any] = {
                "ended": answer.outcome.value, "said": answer.note, "turn": turn_id, "now": now
            }  # fmt: skip
            if connection.execute(_SETTLE, mine | ended).rowcount != 1:
                raise ClaimLost(f"question {question.id}")
            record_answer(connection, question.id, answer, now=now)
            add_messages(connection, question, messages)

        await self._database.write(body)

    async def noted_messages(self, thread: Thread) -> set[str]:
        key = thread_key(thread)
        return await self._database.read(lambda c: set(c.scalars(_NOTED, key).all()))


def _remember(connection: Connection, question: Question, answer: Answer, now: float) -> int | None:
    if not answer.text and not answer.files:
        return None
    said = Turn(Speaker.EASEL, question.ts, answer.text, "", answer.files)
    return insert_turn(connection, question.thread, said, now=now)
