"""Record the steps of a claimed question and its answer, so that none is repeated after a crash.

Decides nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, not_, or_, select, update

from bot.domain.conversation import Speaker, Turn
from bot.domain.errors import LeaseLost
from bot.domain.questions import Answer, Outcome, Question
from storage.conversations import insert_turn
from storage.engine.database import Database
from storage.engine.prepared import PreparedStatement
from storage.ledger import insert_finished_requests, release_reservations
from storage.queue.late_files import remove_late_marks
from storage.queue.relevance import is_deleted
from storage.queue.rows import IS_OWN_CLAIM, add_messages, build_claim_key
from storage.replicas.clock import estimate_now
from storage.rows import (
    IS_PRESENT,
    add_files,
    assign_file_ids,
    build_thread_key,
    lock_thread,
    match_thread,
)
from storage.schema import files, questions, reply_messages, sightings, threads, turns
from storage.steering.own_messages import note_own_deletion

_MARK_REPLYING = PreparedStatement(
    update(questions).where(IS_OWN_CLAIM, questions.c.state == "claimed").values(state="replying")
)
_SELECT_ANSWER_TURN = select(questions.c.answer_turn_id).where(IS_OWN_CLAIM)
# Through the questions that are not shown, of which there are few.
_HIDE_TURN = update(turns).where(turns.c.id == bindparam("of_turn")).values(is_replaced=True)
_SELECT_AWAITED_FILE = (
    select(files.c.position)
    .join(questions, questions.c.answer_turn_id == files.c.turn_id)
    .where(
        not_(questions.c.shown),
        questions.c.id != bindparam("question_id"),
        files.c.sha256 == bindparam("sha256"),
    )
    .limit(1)
)
_SELECT_EARLIER_FILES = (
    select(files.c.slack_id)
    .join(turns, turns.c.id == files.c.turn_id)
    .where(
        match_thread(turns),
        turns.c.place == bindparam("place"),
        turns.c.is_replaced,
        or_(files.c.name == bindparam("name"), files.c.mimetype == bindparam("mimetype")),
        files.c.slack_id != "",
        IS_PRESENT,
    )
)
_SELECT_OTHERS = select(reply_messages.c.ts).where(
    match_thread(reply_messages), reply_messages.c.question_id != bindparam("but")
)
_SETTLE = PreparedStatement(
    update(questions)
    .where(IS_OWN_CLAIM, questions.c.state != "settled")
    .values(
        state="settled",
        outcome=bindparam("new_outcome"),
        note=bindparam("new_note"),
        answer_turn_id=bindparam("new_turn"),
        # From here on this counts the attempts to show the answer.
        attempt=1,
        settled_at=bindparam("now"),
        back_reference=bindparam("new_back_reference"),
        ending=bindparam("new_ending"),
    )
    .returning(questions.c.turn_id)
)
# After the files that the message itself may still get.
_CARRIED_POSITION = 1000
_FIND_PRESENT = (
    select(files.c.turn_id)
    .join(turns, turns.c.id == files.c.turn_id)
    .where(
        turns.c.team == bindparam("team"),
        turns.c.channel == bindparam("channel"),
        files.c.slack_id == bindparam("file_id"),
        IS_PRESENT,
    )
    .limit(1)
)
_SELECT_SHOWN = PreparedStatement(
    select(sightings.c.slack_id).where(match_thread(sightings), sightings.c.ts == bindparam("ts"))
)
_ADD_TOKEN_COUNTS = PreparedStatement(
    update(threads)
    .where(
        threads.c.team == bindparam("of_team"),
        threads.c.channel == bindparam("of_channel"),
        threads.c.root == bindparam("of_root"),
    )
    .values(
        tokens_estimated=threads.c.tokens_estimated + bindparam("estimated"),
        tokens_reported=threads.c.tokens_reported + bindparam("reported"),
    )
)


class SqlJournal:
    """Implements `bot.domain.stores.questions.Journal`.

    `owner` names this process in its claims. The time is read when a transaction has its turn: see
    `SqlQuestionQueue`.
    """

    def __init__(
        self, database: Database, *, owner: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock

    async def record_message(self, question: Question, ts: str) -> None:
        key = build_claim_key(question, self._owner)

        def add_message(connection: Connection) -> None:
            add_messages(connection, question, [ts])
            _MARK_REPLYING.count_changed(connection, key)

        await self._database.write(add_message)

    async def record_uploads(self, question: Question, file_ids: Sequence[str]) -> None:
        key = build_claim_key(question, self._owner)

        def assign_ids(connection: Connection) -> None:
            turn_id = connection.scalar(_SELECT_ANSWER_TURN, key)
            if turn_id is None:
                raise LeaseLost(f"question {question.id}")
            assign_file_ids(connection, turn_id, file_ids)

        await self._database.write(assign_ids)

    async def settle(
        self, question: Question, answer: Answer, messages: Sequence[str] = ()
    ) -> None:
        key = build_claim_key(question, self._owner)

        def write_answer(connection: Connection) -> None:
            lock_thread(connection, question.thread)
            now = estimate_now(connection, self._clock)
            turn_id = _insert_answer(connection, question, answer, now)
            values: dict[str, Any] = {
                "new_outcome": answer.outcome.value,
                "new_note": answer.note,
                "new_turn": turn_id,
                "now": now,
                "new_back_reference": _name_back_reference(question, answer),
                "new_ending": answer.ending.value,
            }
            question_turn_id = _SETTLE.fetch_value(connection, key | values)
            if question_turn_id is None:
                raise LeaseLost(f"question {question.id}")
            if answer.outcome in (Outcome.ANSWERED, Outcome.STOPPED):
                _add_carried_files(connection, question, answer, question_turn_id)
            if answer.outcome is Outcome.ANSWERED:
                _end_late_marks(connection, question)
            insert_finished_requests(connection, question.cost_owner, answer.requests, now=now)
            release_reservations(connection, question.cost_owner)
            _record_token_counts(connection, question, answer)
            add_messages(connection, question, messages)

        await self._database.write(write_answer)

    async def is_file_awaited(self, question: Question, sha256: str) -> bool:
        parameters = {"question_id": question.id, "sha256": sha256}
        found = await self._database.read(lambda c: c.scalar(_SELECT_AWAITED_FILE, parameters))
        return found is not None

    async def take_earlier_files(
        self, question: Question, *, name: str, mimetype: str
    ) -> list[str]:
        key = {**build_thread_key(question.thread), "place": question.place}
        key |= {"name": name, "mimetype": mimetype}
        # Most answers replace none with a file.
        found = await self._database.read(lambda c: list(c.scalars(_SELECT_EARLIER_FILES, key)))

        def note(connection: Connection) -> None:
            now = estimate_now(connection, self._clock)
            for file_id in found:
                note_own_deletion(connection, file_id, now=now)

        if found:
            await self._database.write(note)
        return found

    async def list_other_messages(self, question: Question) -> set[str]:
        key = {**build_thread_key(question.thread), "but": question.id}
        return await self._database.read(lambda c: set(c.scalars(_SELECT_OTHERS, key).all()))


def _add_carried_files(
    connection: Connection, question: Question, answer: Answer, turn_id: int
) -> None:
    """Make what the answer took along files of this thread: later questions may mean them.

    What was deleted while the model was asked stays so. A question that failed is asked again with
    the files that it had, and so finds once more what to take along.
    """
    thread = build_thread_key(question.thread)
    present = [
        ref
        for ref in answer.carried_files
        if connection.scalar(_FIND_PRESENT, {**thread, "file_id": ref.id}) is not None
    ]
    add_files(connection, turn_id, present, first_position=_CARRIED_POSITION)


def _end_late_marks(connection: Connection, question: Question) -> None:
    """Remove the marks of the late files that the model was shown with this question."""
    thread = build_thread_key(question.thread)
    shown = _SELECT_SHOWN.fetch_rows(connection, {**thread, "ts": question.ts})
    remove_late_marks(connection, thread, [row.slack_id for row in shown])


def _name_back_reference(question: Question, answer: Answer) -> str:
    if question.is_apart:
        return "apart"
    return "taken" if answer.took_along else ""


def _record_token_counts(connection: Connection, question: Question, answer: Answer) -> None:
    """Add the tokens of the answer's requests to the thread's, as estimated and as reported."""
    thread = question.thread
    key = {"of_team": thread.team, "of_channel": thread.channel, "of_root": thread.root}
    for request in answer.requests:
        reported = request.usage.prompt_tokens if request.usage else 0
        if reported and request.estimated_tokens:
            counts = {"estimated": request.estimated_tokens, "reported": reported}
            _ADD_TOKEN_COUNTS.count_changed(connection, key | counts)


def _insert_answer(
    connection: Connection, question: Question, answer: Answer, now: float
) -> int | None:
    if not answer.text and not answer.files:
        return None
    # With the ts of its question, so that it comes next, whatever was posted in the meantime.
    turn = Turn(Speaker.EASEL, question.ts, answer.text, "", answer.files)
    turn_id = insert_turn(connection, question.thread, turn, now=now, place=question.place)
    thread = question.thread
    if is_deleted(connection, thread.team, thread.channel, question.ts):
        # It was deleted while it was being answered: what came is shown, and not read any more.
        connection.execute(_HIDE_TURN, {"of_turn": turn_id})
    return turn_id
