"""What is edited or deleted while a question is being answered goes out with no request more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.answers.steering import MessageEdit
from bot.domain.costs import PlannedRequest
from bot.domain.errors import WordsChanged
from bot.domain.llm import RequestSent
from bot.domain.questions import Question
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.ledger import SqlLedger
from storage.queue.questions import SqlQuestionQueue
from storage.steering.store import SqlSteeringStore
from tests.support.queues import claim_one, enqueue, take_question
from tests.support.values import THREAD, build_incoming_message


async def send(database: Database, question: Question, key: str) -> None:
    sent = RequestSent("openrouter", "m")
    await SqlLedger(database).record_sent(question.cost_owner, PlannedRequest(key), sent)


async def edit(database: Database, text: str) -> None:
    author, told_at = build_incoming_message().sender, "1700009001.000100"
    changed = MessageEdit(THREAD.team, THREAD.channel, THREAD.root, author, text, "hello", told_at)
    await SqlSteeringStore(database).take_edit(changed)


async def delete(database: Database, ts: str = THREAD.root) -> None:
    await SqlDeletionStore(database).forget_message(THREAD.team, THREAD.channel, ts)


async def test_no_request_goes_out_with_words_that_are_gone(
    queue: SqlQuestionQueue, database: Database
) -> None:
    question = await take_question(queue)
    await send(database, question, "one")
    await delete(database)
    with pytest.raises(WordsChanged):
        await send(database, question, "two")
    assert await database.read(lambda c: c.exec_driver_sql(_COUNT).scalar()) == 1


async def test_once_it_is_taken_up_again_it_may_ask(
    queue: SqlQuestionQueue, database: Database
) -> None:
    question = await take_question(queue)
    await edit(database, "another hello")
    with pytest.raises(WordsChanged):
        await send(database, question, "one")
    await queue.requeue(question, delay_seconds=0, counts_as_attempt=False)
    again = await claim_one(queue)
    assert again is not None and again.attempt == question.attempt
    await send(database, again, "two")


async def test_what_people_do_not_see_or_say_elsewhere_changes_nothing(
    queue: SqlQuestionQueue, database: Database
) -> None:
    question = await take_question(queue)
    await edit(database, "  HELLO ")
    await delete(database, "1700000000.000900")
    elsewhere = replace(THREAD, root="1700000000.000800")
    message = replace(build_incoming_message("else"), thread=elsewhere, ts=elsewhere.root)
    await enqueue(queue, replace(message, event_id="EvElse"))
    await delete(database, elsewhere.root)
    await send(database, question, "one")


_COUNT = "SELECT count(*) FROM attempts"
