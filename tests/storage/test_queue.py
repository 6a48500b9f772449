"""The queue: from claimed to settled, once."""

from __future__ import annotations

import resource
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from bot.domain.conversation import Speaker
from bot.domain.errors import LeaseLost, StoreError
from bot.domain.files import FileRef
from bot.domain.llm import Usage
from bot.domain.questions import Answer, Outcome
from storage.conversations import SqlConversationStore
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.schema import attempts
from tests.support.queues import QueueProcess, claim_one, enqueue, take_question
from tests.support.values import (
    THREAD,
    build_incoming_message,
    build_model_requests,
    build_thread,
    load_turns,
)


async def test_questions_of_one_thread_wait_for_each_other_and_others_do_not(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
) -> None:
    await enqueue(queue, build_incoming_message("first"))
    await enqueue(queue, build_incoming_message("second", ts="1700000000.000200"))
    await enqueue(
        queue, build_incoming_message("elsewhere", ts=build_thread(7).root, thread=build_thread(7))
    )

    first, elsewhere = await claim_one(queue), await claim_one(queue)
    assert first is not None and first.text == "first"
    assert elsewhere is not None and elsewhere.text == "elsewhere"
    assert await claim_one(queue) is None

    await journal.settle(first, Answer("done"))
    assert await claim_one(queue) is None
    queue.mark_delivered(first, Outcome.ANSWERED)
    second = await claim_one(queue)
    assert second is not None and second.text == "second"


async def test_the_oldest_question_is_claimed_first_whatever_came_in_first(
    queue: SqlQuestionQueue,
) -> None:
    await enqueue(
        queue, build_incoming_message("later", ts=build_thread(2).root, thread=build_thread(2))
    )
    await enqueue(
        queue, build_incoming_message("earlier", ts=build_thread(1).root, thread=build_thread(1))
    )

    question = await claim_one(queue)
    assert question is not None and question.text == "earlier"


async def test_an_answer_stands_after_its_question_even_if_more_was_posted_meanwhile(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database
) -> None:
    await enqueue(queue, build_incoming_message("first"))
    question = await claim_one(queue)
    assert question is not None
    await enqueue(queue, build_incoming_message("second", ts="1700000001.000000"))
    await journal.settle(question, Answer("to the first"))

    turns = await load_turns(
        SqlConversationStore(database), THREAD, before="1700000001.000000", limit=9
    )
    assert [turn.text for turn in turns] == ["first", "to the first"]


async def test_what_a_dead_process_had_claimed_comes_back(database: Database) -> None:
    process = QueueProcess(database, "one")
    await enqueue(process.queue, build_incoming_message())
    assert await claim_one(process.queue) is not None
    assert await claim_one(process.queue) is None

    assert await process.end_lease() == 1
    again = await claim_one(process.queue)
    assert again is not None and again.attempt == 2


async def test_a_question_put_back_does_not_count_the_attempt(queue: SqlQuestionQueue) -> None:
    await enqueue(queue, build_incoming_message())
    question = await claim_one(queue)
    assert question is not None
    await queue.requeue(question, counts_as_attempt=False)

    again = await claim_one(queue)
    assert again is not None and again.attempt == 1


async def test_settling_keeps_the_answer_its_pictures_and_what_they_cost(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database
) -> None:
    await enqueue(queue, build_incoming_message("draw"))
    question = await claim_one(queue)
    assert question is not None
    picture = FileRef("F9", "fox.png", "image/png", 9, sha256="ab", copy_sha256="cd")
    usage = Usage(53, 1304, 5, 7, 1290, Decimal("0.0387371"))
    answer = Answer("Here.", files=(picture,), requests=build_model_requests("gen-1", "gpt", usage))
    await journal.settle(question, answer)

    turn = (await load_turns(SqlConversationStore(database), THREAD, before="9", limit=1))[0]
    assert (turn.speaker, turn.text, turn.files) == (Speaker.EASEL, "Here.", (picture,))
    row = await database.read(lambda c: c.execute(select(attempts)).mappings().one())
    assert row["cost_nano"] == 38_737_100
    assert (row["generation_id"], row["image_tokens"]) == ("gen-1", 1290)


async def test_settling_twice_changes_nothing(
    queue: SqlQuestionQueue, journal: SqlJournal, database: Database
) -> None:
    question = await take_question(queue)
    await journal.settle(question, Answer("once"))
    with pytest.raises(LeaseLost):
        await journal.settle(question, Answer("twice", outcome=Outcome.FAILED))

    turns = await load_turns(SqlConversationStore(database), THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["hello", "once"]


@pytest.mark.of_sqlite
async def test_the_file_is_in_wal_mode_and_syncs_fully(database: Database) -> None:
    mode = await database.write(lambda c: c.execute(text("PRAGMA journal_mode")).scalar())
    synchronous = await database.write(lambda c: c.execute(text("PRAGMA synchronous")).scalar())
    assert (mode, synchronous) == ("wal", 2)


@pytest.mark.of_sqlite
async def test_a_renewal_with_nothing_to_renew_fails_too_while_the_disk_is_full(
    database: Database,
) -> None:
    # `/readyz` goes by it: otherwise only questions would show that none can be stored.
    process = QueueProcess(database, "one")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for seconds in (0.0, 30.0):
        process.now += seconds
        # No file of the process may grow, as on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        try:
            with pytest.raises(StoreError):
                await process.queue.renew([])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert await process.queue.renew([]) == 0
