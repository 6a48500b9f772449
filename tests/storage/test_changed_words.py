"""What is edited or deleted while a question is being answered goes out with no request more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.conversation import Thread
from bot.domain.errors import WordsChanged
from bot.domain.questions import Answer, Outcome
from storage.deletion import SqlDeletionStore
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.steering.changed_words import QUIET_SECONDS
from storage.steering.store import SqlSteeringStore
from tests.support.changing_words import delete, end, list_restarts, post, send, take, take_two
from tests.support.clock import Clock
from tests.support.queues import claim_one, enqueue, take_question
from tests.support.values import THREAD, build_edit, build_incoming_message, build_picture_ref


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
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database, clock: Clock
) -> None:
    question = await take_question(queue)
    await steering.take_edit(build_edit("another hello"))
    with pytest.raises(WordsChanged):
        await send(database, question, "one")
    await queue.requeue(question, delay_seconds=0, counts_as_attempt=False)
    clock.now += QUIET_SECONDS
    again = await claim_one(queue)
    assert again is not None and again.attempt == question.attempt
    await send(database, again, "two")


async def test_what_people_do_not_see_or_say_elsewhere_changes_nothing(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database
) -> None:
    question = await take_question(queue)
    await steering.take_edit(build_edit("  HELLO "))
    await delete(database, "1700000000.000900")
    elsewhere = replace(THREAD, root="1700000000.000800")
    message = replace(build_incoming_message("else"), thread=elsewhere, ts=elsewhere.root)
    await enqueue(queue, replace(message, event_id="EvElse"))
    await delete(database, elsewhere.root)
    await send(database, question, "one")


async def test_an_answer_begins_again_when_an_earlier_message_of_its_thread_changes(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database, clock: Clock
) -> None:
    question = await take_two(queue, "our phone number is 12345")
    assert await list_restarts(database) == []
    await steering.take_edit(build_edit("our phone number is 67890"))
    assert await list_restarts(database) == [question.ts]
    await queue.requeue(question, delay_seconds=0, counts_as_attempt=False)
    # People often edit twice.
    assert await claim_one(queue) is None
    clock.now += QUIET_SECONDS
    again = await claim_one(queue)
    assert again is not None and again.attempt == 1 and await list_restarts(database) == []
    await delete(database, "1700000000.000100")
    assert await list_restarts(database) == [question.ts]


async def test_what_is_posted_after_a_question_changes_nothing_of_its_answer(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database
) -> None:
    question = await take_question(queue)
    later = "1700000000.000200"
    await post(queue, "and then", later)
    await steering.take_edit(build_edit("and now", ts=later))
    await delete(database, later)
    assert await list_restarts(database) == []
    await send(database, question, "one")


async def test_an_answer_begins_again_when_a_message_that_it_links_to_changes(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database
) -> None:
    link = "https://acme.slack.com/archives/C0GENERAL/p1600000000000900"
    question = await take(queue, f"what does {link} mean?", "1700000000.000100")
    # Easel has never stored it.
    await steering.take_edit(build_edit("a word", ts="1600000000.000800"))
    assert await list_restarts(database) == []
    await steering.take_edit(build_edit("a word", ts="1600000000.000900"))
    assert await list_restarts(database) == [question.ts]
    with pytest.raises(WordsChanged):
        await send(database, question, "one")


@pytest.mark.parametrize(("text", "restarts"), [("make it blue", 1), ("draw a red fox", 0)])
async def test_an_answer_begins_again_when_what_it_may_take_along_changes(
    queue: SqlQuestionQueue, database: Database, text: str, restarts: int
) -> None:
    earlier, later = (Thread("T0EASEL", "D0ALEX", f"1700000000.000{n}00") for n in (1, 2))
    await end(queue, await take(queue, "draw a cat", earlier.root, earlier))
    await take(queue, text, later.root, later)
    await SqlDeletionStore(database).forget_message("T0EASEL", "D0ALEX", earlier.root)
    assert await list_restarts(database) == [later.root] * restarts


async def test_an_answer_begins_again_when_a_file_of_its_thread_is_deleted(
    queue: SqlQuestionQueue, database: Database
) -> None:
    files = (build_picture_ref("F1"),)
    await enqueue(queue, build_incoming_message("look", files=files))
    first = await claim_one(queue)
    assert first is not None
    await end(queue, first)
    question = await take(queue, "what is it?", "1700000000.000200")
    await SqlDeletionStore(database).forget_file("F2")
    assert await list_restarts(database) == []
    await SqlDeletionStore(database).forget_file("F1")
    assert await list_restarts(database) == [question.ts]


async def test_an_answer_begins_again_three_times_an_hour_and_then_only_sends_no_more(
    queue: SqlQuestionQueue, steering: SqlSteeringStore, database: Database, clock: Clock
) -> None:
    await queue.requeue(await take_two(queue, "a0"), delay_seconds=0, counts_as_attempt=False)
    for number in range(1, 6):
        question = await claim_one(queue)
        assert question is not None
        await steering.take_edit(build_edit(f"a{number}", edited=number))
        assert await list_restarts(database) == ([question.ts] if number <= 3 else [])
        with pytest.raises(WordsChanged):
            await send(database, question, f"request {number}")
        await queue.requeue(question, delay_seconds=0, counts_as_attempt=False)
        clock.now += QUIET_SECONDS


@pytest.mark.parametrize("how", ["word", "deletion"])
async def test_an_answer_that_is_stopped_does_not_begin_again(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    steering: SqlSteeringStore,
    database: Database,
    how: str,
) -> None:
    question = await take_two(queue, "a0")
    await steering.take_edit(build_edit("a1"))
    if how == "word":
        await steering.stop_by_word(build_incoming_message("stop", ts="1700000000.000300"))
    else:
        await delete(database, question.ts)
    assert await list_restarts(database) == []
    await journal.settle(question, Answer(outcome=Outcome.STOPPED))
    await end(queue, question)
    assert (await queue.read_stats()).states == {}


_COUNT = "SELECT count(*) FROM attempts"
