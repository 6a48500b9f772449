"""Questions that are answered while what they read is edited or deleted."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.domain.conversation import Thread, Trigger
from bot.domain.costs import PlannedRequest
from bot.domain.llm import RequestSent
from bot.domain.questions import Outcome, Question
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.ledger import SqlLedger
from storage.queue.questions import SqlQuestionQueue
from storage.steering.store import SqlSteeringStore
from tests.support.queues import claim_one, enqueue, take_question
from tests.support.values import THREAD, build_incoming_message


async def post(queue: SqlQuestionQueue, text: str, ts: str, thread: Thread = THREAD) -> None:
    trigger = Trigger.DIRECT if thread.is_direct else Trigger.MENTION
    message = build_incoming_message(text, ts=ts, thread=thread, trigger=trigger)
    await enqueue(queue, message)


async def take(queue: SqlQuestionQueue, text: str, ts: str, thread: Thread = THREAD) -> Question:
    """Post a question and claim it."""
    await post(queue, text, ts, thread)
    question = await claim_one(queue)
    assert question is not None and question.ts == ts
    return question


async def take_two(queue: SqlQuestionQueue, first: str) -> Question:
    """Ask `first`, which is ended, and another question, which is being answered."""
    await end(queue, await take_question(queue, first))
    return await take(queue, "go", "1700000000.000200")


async def end(queue: SqlQuestionQueue, question: Question) -> None:
    queue.mark_delivered(question, Outcome.STOPPED)
    await queue.flush()


async def send(database: Database, question: Question, key: str) -> None:
    """Record a request of the answer, which is not sent where its words have changed."""
    sent = RequestSent("openrouter", "m")
    await SqlLedger(database).record_sent(question.cost_owner, PlannedRequest(key), sent)


async def delete(
    database: Database, ts: str = THREAD.root, *, clock: Callable[[], float] = time.time
) -> None:
    """Forget the message at `ts`, as a person has deleted it."""
    deletion = SqlDeletionStore(database, clock=clock)
    await deletion.forget_message(THREAD.team, THREAD.channel, ts)


async def list_restarts(database: Database) -> list[str]:
    """Return the ts of the questions whose answers are to begin again."""
    return [ts for _, _, ts in await SqlSteeringStore(database).list_changed()]
