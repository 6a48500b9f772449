"""What is known of a claimed question before it can be repeated, and its end. Decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.conversation import Speaker, Thread, Turn
from bot.domain.errors import LeaseLost
from bot.domain.llm import ResponseStarted
from bot.domain.questions import Answer, Question
from storage.conversations import insert_turn
from storage.engine.sqlite import Database
from storage.ledger import record_generation, record_requests
from storage.queue.rows import IS_OWN_CLAIM, add_messages, build_claim_key
from storage.rows import assign_file_ids, build_thread_key, match_thread
from storage.schema import questions, reply_messages, threads

_MARK_REPLYING = (
    update(questions).where(IS_OWN_CLAIM, questions.c.state == "claimed").values(state="replying")
)
_SELECT_ANSWER_TURN = select(questions.c.answer_turn_id).where(IS_OWN_CLAIM)
_SELECT_MESSAGES = select(reply_messages.c.ts).where(match_thread(reply_messages))
_SETTLE = (
    update(questions)
    .where(IS_OWN_CLAIM, questions.c.state != "settled")
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


_ADD_TOKEN_COUNTS = (
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


class SqliteJournal:
    """Implements `bot.domain.ports.Journal`. `owner` is the name in this process's claims."""

    def __init__(
        self, database: Database, *, owner: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock

    async def record_generation(
        self, question: Question, started: ResponseStarted, max_cost: Decimal
    ) -> None:
        now, account = self._clock(), question.cost_owner
        # Without asking whose the claim is: what was begun may cost, whoever began it.
        await self._database.write(
            lambda c: record_generation(c, account, started, max_cost=max_cost, now=now)
        )

    async def record_message(self, question: Question, ts: str) -> None:
        mine = build_claim_key(question, self._owner)

        def add_message(connection: Connection) -> None:
            add_messages(connection, question, [ts])
            connection.execute(_MARK_REPLYING, mine)

        await self._database.write(add_message)

    async def record_uploads(self, question: Question, file_ids: Sequence[str]) -> None:
        mine = build_claim_key(question, self._owner)

        def assign_ids(connection: Connection) -> None:
            turn_id = connection.scalar(_SELECT_ANSWER_TURN, mine)
            if turn_id is None:
                raise LeaseLost(f"question {question.id}")
            assign_file_ids(connection, turn_id, file_ids)

        await self._database.write(assign_ids)

    async def settle(
        self, question: Question, answer: Answer, messages: Sequence[str] = ()
    ) -> None:
        now = self._clock()
        mine = build_claim_key(question, self._owner)

        def write_answer(connection: Connection) -> None:
            turn_id = _insert_answer(connection, question, answer, now)
            ended: dict[str, Any] = {
                "ended": answer.outcome.value, "said": answer.note, "turn": turn_id, "now": now
            }  # fmt: skip
            if connection.execute(_SETTLE, mine | ended).rowcount != 1:
                raise LeaseLost(f"question {question.id}")
            record_requests(connection, question.cost_owner, answer.requests, now=now)
            _record_token_counts(connection, question, answer)
            add_messages(connection, question, messages)

        await self._database.write(write_answer)

    async def list_messages(self, thread: Thread) -> set[str]:
        key = build_thread_key(thread)
        return await self._database.read(lambda c: set(c.scalars(_SELECT_MESSAGES, key).all()))


def _record_token_counts(connection: Connection, question: Question, answer: Answer) -> None:
    """Keep how far our guess of the tokens was from what the provider counted."""
    for attempt in answer.requests:
        told = attempt.usage.prompt_tokens if attempt.usage else 0
        if told and attempt.estimated_tokens:
            thread = question.thread
            place = {"of_team": thread.team, "of_channel": thread.channel, "of_root": thread.root}
            connection.execute(
                _ADD_TOKEN_COUNTS, place | {"guessed": attempt.estimated_tokens, "told": told}
            )


def _insert_answer(
    connection: Connection, question: Question, answer: Answer, now: float
) -> int | None:
    if not answer.text and not answer.files:
        return None
    said = Turn(Speaker.EASEL, question.ts, answer.text, "", answer.files)
    return insert_turn(connection, question.thread, said, now=now)
