"""What is known of a claimed question before it can be repeated, and its end. Decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.conversation import Speaker, Thread, Turn
from bot.domain.costs import Account
from bot.domain.errors import ClaimLost
from bot.domain.llm import Began
from bot.domain.questions import Answer, Question
from storage.conversations import insert_turn
from storage.engine.sqlite import Database
from storage.ledger import record_attempts, record_generation
from storage.queue.rows import MINE, add_messages, claim_key
from storage.rows import name_files, of_thread, thread_key
from storage.schema import questions, reply_messages, threads

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


_LEARN = (
    update(threads)
    .where(
        threads.c.team == bindparam("of_team"),
        threads.c.channel == bindparam("of_channel"),
        threads.c.root == bindparam("of_root"),
    )
    .values(
        tokens_estimated=threads.c.tokens_estimated + bindparam("guessed"),
        tokens_reported=threads.c.tokens_reported + bindparam("told"),
    )
)


class QuestionJournal:
    """Implements `bot.domain.ports.Journal`. `owner` is the name in this process's claims."""

    def __init__(
        self, database: Database, *, owner: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock

    async def note_generation(self, question: Question, began: Began, worst: Decimal) -> None:
        now, account = self._clock(), account_of(question)
        # Without asking whose the claim is: what was begun may cost, whoever began it.
        await self._database.write(
            lambda c: record_generation(c, account, began, worst=worst, now=now)
        )

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
            record_attempts(connection, account_of(question), answer.attempts, now=now)
            _learn(connection, question, answer)
            add_messages(connection, question, messages)

        await self._database.write(body)

    async def noted_messages(self, thread: Thread) -> set[str]:
        key = thread_key(thread)
        return await self._database.read(lambda c: set(c.scalars(_NOTED, key).all()))


def account_of(question: Question) -> Account:
    """Whom the requests for `question` are booked on."""
    thread = question.thread
    return Account(thread.team, thread.channel, question.asker.id, question.id)


def _learn(connection: Connection, question: Question, answer: Answer) -> None:
    """Keep how far our guess of the tokens was from what the provider counted."""
    for attempt in answer.attempts:
        told = attempt.usage.prompt_tokens if attempt.usage else 0
        if told and attempt.guessed:
            thread = question.thread
            place = {"of_team": thread.team, "of_channel": thread.channel, "of_root": thread.root}
            connection.execute(_LEARN, place | {"guessed": attempt.guessed, "told": told})


def _remember(connection: Connection, question: Question, answer: Answer, now: float) -> int | None:
    if not answer.text and not answer.files:
        return None
    said = Turn(Speaker.EASEL, question.ts, answer.text, "", answer.files)
    return insert_turn(connection, question.thread, said, now=now)
