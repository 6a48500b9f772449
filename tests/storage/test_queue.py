"""The queue: from stored to settled, once."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from bot.domain.conversation import IncomingMessage, Speaker, Trigger
from bot.domain.errors import LeaseLost
from bot.domain.files import FileRef
from bot.domain.llm import Usage
from bot.domain.questions import Answer, EnqueueResult, Outcome, Question
from storage.conversations import SqliteConversationStore
from storage.engine.sqlite import Database
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import SqliteQuestionQueue
from storage.schema import attempts
from tests.support.values import (
    THREAD,
    build_incoming_message,
    build_model_requests,
    build_picture_ref,
    build_thread,
    load_turns,
)


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(database: Database, clock: Clock) -> SqliteQuestionQueue:
    return SqliteQuestionQueue(database, owner="test", clock=clock)


@pytest.fixture
def journal(database: Database, clock: Clock) -> SqliteJournal:
    return SqliteJournal(database, owner="test", clock=clock)


async def take_question(queue: SqliteQuestionQueue, text: str = "hello") -> Question:
    """Store a question and claim it in the same step."""
    found = await queue.enqueue(build_incoming_message(text), claim=True)
    assert isinstance(found, Question)
    return found


async def enqueue(queue: SqliteQuestionQueue, message: IncomingMessage) -> EnqueueResult | Question:
    """Store a message without claiming it."""
    return await queue.enqueue(message, claim=False)


async def test_a_question_can_be_taken_while_it_is_stored(queue: SqliteQuestionQueue) -> None:
    claimed = await queue.enqueue(
        build_incoming_message("now", files=(build_picture_ref(),)), claim=True
    )
    assert isinstance(claimed, Question)
    assert (claimed.text, claimed.files, claimed.attempt) == ("now", (build_picture_ref(),), 1)
    assert await queue.claim() is None


async def test_a_question_whose_thread_is_not_free_is_not_taken(queue: SqliteQuestionQueue) -> None:
    await queue.enqueue(build_incoming_message("first"), claim=True)
    later = build_incoming_message("second", ts="1700000000.000200")
    assert await queue.enqueue(later, claim=True) is EnqueueResult.NEW
    third = build_incoming_message("third", ts="1700000000.000300")
    assert await queue.enqueue(third, claim=True) is EnqueueResult.NEW


async def test_two_views_of_one_post_are_one_question(queue: SqliteQuestionQueue) -> None:
    assert await enqueue(queue, build_incoming_message(event_id="Ev1")) is EnqueueResult.NEW
    assert await enqueue(queue, build_incoming_message(event_id="Ev2")) is EnqueueResult.DUPLICATE

    assert await queue.claim() is not None
    assert await queue.claim() is None


async def test_the_second_view_brings_the_files_the_first_did_not_carry(
    queue: SqliteQuestionQueue,
) -> None:
    await enqueue(queue, build_incoming_message(event_id="Ev1"))

    assert (
        await enqueue(queue, build_incoming_message(event_id="Ev2", files=(build_picture_ref(),)))
        is EnqueueResult.UPDATED
    )

    question = await queue.claim()
    assert question is not None
    assert question.files == (build_picture_ref(),)


async def test_a_view_without_files_takes_none_away(queue: SqliteQuestionQueue) -> None:
    await enqueue(queue, build_incoming_message(files=(build_picture_ref(),)))
    assert await enqueue(queue, build_incoming_message(event_id="Ev2")) is EnqueueResult.DUPLICATE

    question = await queue.claim()
    assert question is not None and question.files == (build_picture_ref(),)


async def test_files_that_come_after_the_answer_are_kept_but_ask_nothing(
    queue: SqliteQuestionQueue, journal: SqliteJournal, database: Database
) -> None:
    await enqueue(queue, build_incoming_message())
    question = await queue.claim()
    assert question is not None
    await journal.settle(question, Answer("hi"))

    assert (
        await enqueue(queue, build_incoming_message(event_id="Ev2", files=(build_picture_ref(),)))
        is EnqueueResult.DUPLICATE
    )
    turns = await load_turns(SqliteConversationStore(database), THREAD, before="9", limit=9)
    assert turns[0].files == (build_picture_ref(),)


async def test_a_thread_message_is_a_question_only_where_easel_takes_part(
    queue: SqliteQuestionQueue,
) -> None:
    follow_up = build_incoming_message("and then?", ts="1700000009.000100", trigger=Trigger.THREAD)
    assert await enqueue(queue, follow_up) is EnqueueResult.DUPLICATE

    await enqueue(queue, build_incoming_message())
    assert await enqueue(queue, follow_up) is EnqueueResult.NEW


async def test_talk_to_somebody_else_is_remembered_and_not_answered(
    queue: SqliteQuestionQueue, database: Database
) -> None:
    await enqueue(queue, build_incoming_message())
    overheard = build_incoming_message(
        "<@U0SAM> look", ts="1700000009.000100", trigger=Trigger.OVERHEARD
    )
    assert await enqueue(queue, overheard) is EnqueueResult.DUPLICATE

    turns = await load_turns(SqliteConversationStore(database), THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["hello", "<@U0SAM> look"]
    assert await queue.claim() is not None
    assert await queue.claim() is None


async def test_talk_in_a_thread_without_easel_leaves_no_trace(
    queue: SqliteQuestionQueue, database: Database
) -> None:
    await enqueue(
        queue, build_incoming_message("secret", ts="1700000009.000100", trigger=Trigger.OVERHEARD)
    )
    await enqueue(
        queue, build_incoming_message("secret", ts="1700000010.000100", trigger=Trigger.THREAD)
    )

    assert await load_turns(SqliteConversationStore(database), THREAD, before="9", limit=9) == []


async def test_questions_of_one_thread_wait_for_each_other_and_others_do_not(
    queue: SqliteQuestionQueue,
    journal: SqliteJournal,
) -> None:
    await enqueue(queue, build_incoming_message("first"))
    await enqueue(queue, build_incoming_message("second", ts="1700000000.000200"))
    await enqueue(
        queue, build_incoming_message("elsewhere", ts=build_thread(7).root, thread=build_thread(7))
    )

    first, elsewhere = await queue.claim(), await queue.claim()
    assert first is not None and first.text == "first"
    assert elsewhere is not None and elsewhere.text == "elsewhere"
    assert await queue.claim() is None

    await journal.settle(first, Answer("done"))
    assert await queue.claim() is None
    queue.mark_delivered(first, Outcome.ANSWERED)
    second = await queue.claim()
    assert second is not None and second.text == "second"


async def test_the_oldest_question_is_claimed_first_whatever_came_in_first(
    queue: SqliteQuestionQueue,
) -> None:
    await enqueue(
        queue, build_incoming_message("later", ts=build_thread(2).root, thread=build_thread(2))
    )
    await enqueue(
        queue, build_incoming_message("earlier", ts=build_thread(1).root, thread=build_thread(1))
    )

    question = await queue.claim()
    assert question is not None and question.text == "earlier"


async def test_an_answer_stands_after_its_question_even_if_more_was_posted_meanwhile(
    queue: SqliteQuestionQueue, journal: SqliteJournal, database: Database
) -> None:
    await enqueue(queue, build_incoming_message("first"))
    question = await queue.claim()
    assert question is not None
    await enqueue(queue, build_incoming_message("second", ts="1700000001.000000"))
    await journal.settle(question, Answer("to the first"))

    turns = await load_turns(
        SqliteConversationStore(database), THREAD, before="1700000001.000000", limit=9
    )
    assert [turn.text for turn in turns] == ["first", "to the first"]


async def test_what_a_dead_process_had_claimed_comes_back(queue: SqliteQuestionQueue) -> None:
    await enqueue(queue, build_incoming_message())
    assert await queue.claim() is not None
    assert await queue.claim() is None

    assert await queue.recover_expired() == 1
    again = await queue.claim()
    assert again is not None and again.attempt == 2


async def test_a_question_put_back_does_not_count_the_attempt(queue: SqliteQuestionQueue) -> None:
    await enqueue(queue, build_incoming_message())
    question = await queue.claim()
    assert question is not None
    await queue.requeue(question, counts_as_attempt=False)

    again = await queue.claim()
    assert again is not None and again.attempt == 1


async def test_settling_keeps_the_answer_its_pictures_and_what_they_cost(
    queue: SqliteQuestionQueue, journal: SqliteJournal, database: Database
) -> None:
    await enqueue(queue, build_incoming_message("draw"))
    question = await queue.claim()
    assert question is not None
    picture = FileRef("F9", "fox.png", "image/png", 9, sha256="ab", copy_sha256="cd")
    usage = Usage(53, 1304, 5, 7, 1290, Decimal("0.0387371"))
    answer = Answer("Here.", files=(picture,), requests=build_model_requests("gen-1", "gpt", usage))
    await journal.settle(question, answer)

    turn = (await load_turns(SqliteConversationStore(database), THREAD, before="9", limit=1))[0]
    assert (turn.speaker, turn.text, turn.files) == (Speaker.EASEL, "Here.", (picture,))
    row = await database.read(lambda c: c.execute(select(attempts)).mappings().one())
    assert row["cost_nano"] == 38_737_100
    assert (row["generation_id"], row["image_tokens"]) == ("gen-1", 1290)


async def test_settling_twice_changes_nothing(
    queue: SqliteQuestionQueue, journal: SqliteJournal, database: Database
) -> None:
    question = await take_question(queue)
    await journal.settle(question, Answer("once"))
    with pytest.raises(LeaseLost):
        await journal.settle(question, Answer("twice", outcome=Outcome.FAILED))

    turns = await load_turns(SqliteConversationStore(database), THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["hello", "once"]


async def test_the_same_post_from_many_deliveries_at_once_is_one_question(
    queue: SqliteQuestionQueue,
) -> None:
    results = await asyncio.gather(
        *(enqueue(queue, build_incoming_message(event_id=f"Ev{n}")) for n in range(20))
    )
    assert results.count(EnqueueResult.NEW) == 1


async def test_a_put_whose_caller_is_cancelled_is_whole_and_leaves_no_lock(
    queue: SqliteQuestionQueue,
) -> None:
    for number in range(20):
        task = asyncio.create_task(
            enqueue(
                queue,
                build_incoming_message(ts=build_thread(number).root, thread=build_thread(number)),
            )
        )
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert (
        await enqueue(
            queue, build_incoming_message(ts=build_thread(99).root, thread=build_thread(99))
        )
        is EnqueueResult.NEW
    )


async def test_the_file_is_in_wal_mode_and_syncs_fully(database: Database) -> None:
    mode = await database.write(lambda c: c.execute(text("PRAGMA journal_mode")).scalar())
    synchronous = await database.write(lambda c: c.execute(text("PRAGMA synchronous")).scalar())
    assert (mode, synchronous) == ("wal", 2)
