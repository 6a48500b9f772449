"""The store says who waits, and a sign that is posted meanwhile is never lost or posted twice."""

from __future__ import annotations

import pytest

from bot.domain.questions import Answer, Outcome
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.queue.signs import SqlWaitingQuestions
from tests.support.queues import QueueProcess, enqueue
from tests.support.values import THREAD, build_incoming_message


async def test_open_questions_come_in_order_with_what_people_see_of_them(
    database: Database,
) -> None:
    process, waiting = QueueProcess(database, "a"), SqlWaitingQuestions(database)
    first = await process.take("first")
    await process.journal.record_message(first, "1700000001.000200")
    later = build_incoming_message("second", ts="1700000002.000100", thread=THREAD)
    await enqueue(process.queue, later)
    one, two = await waiting.list_open()
    assert (one.id, one.is_claimed, one.was_claimed) == (first.id, True, True)
    assert one.last_message == "1700000001.000200" and one.thread == THREAD
    assert (two.ts, two.is_claimed, two.was_claimed) == ("1700000002.000100", False, False)
    assert two.last_message == "" and two.asker.id == "U0ALEX"


async def test_what_is_shown_is_no_longer_waited_for(database: Database) -> None:
    process, waiting = QueueProcess(database, "a"), SqlWaitingQuestions(database)
    question = await process.take()
    await process.journal.settle(question, Answer("hello"))
    assert [one.is_settled for one in await waiting.list_open()] == [True]
    process.queue.mark_delivered(question, Outcome.ANSWERED)
    await process.queue.flush()
    assert await waiting.list_open() == []


async def test_the_next_attempt_knows_the_sign_and_looks_for_a_lost_one(
    database: Database,
) -> None:
    process, waiting = QueueProcess(database, "a"), SqlWaitingQuestions(database)
    await enqueue(process.queue, build_incoming_message())
    (question,) = await waiting.list_open()
    assert await waiting.prepare_sign(question.id)
    assert not (await waiting.list_open())[0].was_claimed, "it still waits for its turn"
    assert await waiting.record_sign(question, "1700000001.000200")
    claimed = await process.claim()
    assert claimed.claims > 1, "an attempt that is not the first looks for unrecorded messages"
    assert (claimed.messages, claimed.attempt) == (("1700000001.000200",), 1)


async def test_no_sign_is_given_for_a_question_that_is_being_answered(database: Database) -> None:
    process, waiting = QueueProcess(database, "a"), SqlWaitingQuestions(database)
    await process.take()
    (question,) = await waiting.list_open()
    assert not await waiting.prepare_sign(question.id)
    assert not await waiting.record_sign(question, "1700000001.000200")
    assert (await waiting.list_open())[0].last_message == ""


async def test_a_question_that_was_deleted_or_failed_is_closed_unanswered(
    database: Database,
) -> None:
    process, waiting = QueueProcess(database, "a"), SqlWaitingQuestions(database)
    message = build_incoming_message()
    await enqueue(process.queue, message)
    (question,) = await waiting.list_open()
    assert not await waiting.is_closed_unanswered(question.id)
    thread = message.thread
    await SqlDeletionStore(database).forget_message(thread.team, thread.channel, message.ts)
    assert await waiting.list_open() == [] and await waiting.is_closed_unanswered(question.id)


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_what_has_an_answer_is_not_closed_unanswered(
    database: Database, outcome: Outcome
) -> None:
    process, waiting = QueueProcess(database, "a"), SqlWaitingQuestions(database)
    question = await process.take()
    await process.journal.settle(question, Answer("hello", outcome=outcome))
    assert not await waiting.is_closed_unanswered(question.id)
    process.queue.mark_delivered(question, outcome)
    await process.queue.flush()
    is_unanswered = outcome in (Outcome.FAILED, Outcome.STOPPED)
    assert await waiting.is_closed_unanswered(question.id) is is_unanswered
