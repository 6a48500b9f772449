"""A question whose message is deleted after the process that was answering it has ended."""

from __future__ import annotations

from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from tests.support.queues import claim_one, enqueue, take_question
from tests.support.values import THREAD, build_incoming_message


async def test_what_was_begun_is_ended_by_whoever_takes_it_over(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database
) -> None:
    # Slack shows the beginning of an answer, as if it went on being written.
    question = await take_question(queue)
    await journal.record_message(question, "1700000000.000500")
    await queue.requeue(question, delay_seconds=200.0, counts_as_attempt=True)
    assert await claim_one(queue) is None
    await SqlDeletionStore(database).forget_message(THREAD.team, THREAD.channel, question.ts)
    again = await claim_one(queue)
    assert again is not None and again.messages == ("1700000000.000500",)
    assert again.text == "" and again.is_stopped


async def test_what_was_never_begun_is_closed_at_once(
    queue: SqlQuestionQueue, database: Database
) -> None:
    await enqueue(queue, build_incoming_message())
    await SqlDeletionStore(database).forget_message(THREAD.team, THREAD.channel, THREAD.root)
    assert await claim_one(queue) is None
