"""What every queue promises of an answer: what is recorded outlives the process."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from bot.delivery.message_journal import MessageJournal
from bot.domain.costs import PlannedRequest
from bot.domain.files import FileRef
from bot.domain.llm import Usage
from bot.domain.questions import Answer, Outcome, Presser, PressResult
from storage.conversations import SqlConversationStore
from storage.engine.database import Database
from storage.ledger import SqlLedger
from storage.schema import attempts
from tests.support.chat import FakeChat
from tests.support.ledger import record_taken
from tests.support.queues import QueueProcess
from tests.support.values import (
    ALEX,
    THREAD,
    build_model_requests,
    load_turns,
)

PRESS = Presser(ALEX, "1700000009.000100")


async def test_the_messages_of_a_reply_are_known_to_the_next_attempt(one: QueueProcess) -> None:
    question = await one.take()
    await one.journal.record_message(question, "1700000003.000000")
    await one.journal.record_message(question, "1700000002.000000")
    assert (await one.queue.read_stats()).states == {"replying": 1}
    await one.end_lease()

    again = await one.claim()
    assert again.messages == ("1700000002.000000", "1700000003.000000")
    assert again.answer is None
    assert await one.journal.list_other_messages(again) == set()
    another = replace(again, id=again.id + 1)
    assert await one.journal.list_other_messages(another) == set(again.messages)


async def test_a_message_that_is_recorded_after_a_takeover_is_found_for_the_next_attempt(
    one: QueueProcess, other: QueueProcess
) -> None:
    """Its replica was out of reach, and the store took the row at last, behind the claim."""
    question = await one.take()
    chat = FakeChat()
    ts = await chat.start_stream(THREAD, ALEX, "The beginn")
    await one.end_lease()
    again = await other.claim()
    await one.journal.record_message(question, ts)
    assert again.messages == ()
    journal = MessageJournal(other.journal, chat, again, on_first_message=lambda _: None)
    assert await journal.find_lost() == [ts]


async def test_an_answer_that_is_settled_and_not_shown_comes_back_with_all_it_has(
    one: QueueProcess,
) -> None:
    question = await one.take()
    picture = FileRef("", "fox.png", "image/png", 9, sha256="ab")
    answer = Answer(
        "Here.",
        "_A note._",
        Outcome.ANSWERED,
        (picture,),
        build_model_requests("gen-1", "gpt", Usage()),
    )
    await one.journal.settle(question, answer)
    await one.journal.record_uploads(question, ["F1"])
    await one.end_lease()

    again = await one.claim()
    assert again.answer is not None
    assert (again.answer.text, again.answer.note) == ("Here.", "_A note._")
    assert [(file.id, file.sha256) for file in again.answer.files] == [("F1", "ab")]


async def test_the_bytes_of_a_file_are_awaited_until_its_answer_is_shown(one: QueueProcess) -> None:
    question = await one.take()
    other = replace(question, id=question.id + 1)
    picture = FileRef("", "fox.png", "image/png", 9, sha256="ab")
    assert not await one.journal.is_file_awaited(other, "ab")
    await one.journal.settle(question, Answer("Here.", files=(picture,)))
    assert await one.journal.is_file_awaited(other, "ab")
    assert not await one.journal.is_file_awaited(question, "ab"), "its own do not hold it up"
    assert not await one.journal.is_file_awaited(other, "cd")
    one.queue.mark_delivered(question, Outcome.ANSWERED, [replace(picture, id="F1")])
    await one.queue.flush()
    assert not await one.journal.is_file_awaited(other, "ab")


async def test_pictures_are_completed_when_they_are_shown_and_dropped_if_they_never_were(
    one: QueueProcess, database: Database
) -> None:
    question = await one.take()
    files = tuple(FileRef("", f"{n}.png", "image/png", 9, sha256=f"a{n}") for n in range(2))
    await one.journal.settle(question, Answer("Two.", files=files))
    shared = FileRef("F1", "0.png", "image/png", 9, "https://files.slack.com/F1", copy_sha256="cd")
    one.queue.mark_delivered(question, Outcome.ANSWERED, [shared])
    await one.queue.flush()

    turn = (await load_turns(SqlConversationStore(database), THREAD, before="9", limit=1))[0]
    assert [(file.id, file.url, file.copy_sha256) for file in turn.files] == [
        ("F1", "https://files.slack.com/F1", "cd")
    ]


async def test_a_failed_question_can_be_asked_once_more_and_its_answer_is_forgotten(
    one: QueueProcess, database: Database
) -> None:
    question = await one.take()
    await one.journal.record_message(question, "1700000002.000000")
    await one.journal.settle(question, Answer("Half", "It broke.", Outcome.FAILED))
    assert (
        await one.queue.retry(question.id, THREAD.channel, PRESS) is PressResult.NOTHING_TO_ASK
    )  # it is being shown
    one.queue.mark_delivered(question, Outcome.FAILED)

    assert await one.queue.retry(question.id, "C0OTHER", PRESS) is PressResult.GONE
    assert await one.queue.retry(question.id, THREAD.channel, PRESS) is PressResult.ASKED
    assert await one.queue.retry(question.id, THREAD.channel, PRESS) is PressResult.NOTHING_TO_ASK
    again = await one.claim()
    assert (again.attempt, again.messages) == (1, ("1700000002.000000",))
    await one.journal.settle(again, Answer("Whole"))
    turns = await load_turns(SqlConversationStore(database), THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["hello", "Whole"]


async def test_an_answered_question_cannot_be_asked_again(one: QueueProcess) -> None:
    question = await one.take()
    await one.journal.settle(question, Answer("Done."))
    one.queue.mark_delivered(question, Outcome.ANSWERED)
    await one.queue.flush()
    assert await one.queue.retry(question.id, THREAD.channel, PRESS) is PressResult.NOTHING_TO_ASK


async def test_every_request_to_the_model_is_a_row_and_an_interrupted_one_stays_open(
    one: QueueProcess, database: Database
) -> None:
    question = await one.take()
    await record_taken(SqlLedger(database), question, "gen-1")
    await one.end_lease()
    again = await one.claim()
    await record_taken(SqlLedger(database), again, "gen-2")
    usage = Usage(1, 2, 3, 4, 5, Decimal("0.01"))
    await one.journal.settle(
        again, Answer("x", requests=build_model_requests("gen-2", "gpt", usage))
    )

    rows = await database.read(lambda c: c.execute(select(attempts)).mappings().all())
    assert [(row["generation_id"], row["cost_nano"]) for row in rows] == [
        ("gen-1", None),
        ("gen-2", 10_000_000),
    ]
    assert [row["bill_due"] is None for row in rows] == [False, True]


async def test_a_request_that_is_noted_late_is_booked_once(
    one: QueueProcess, database: Database
) -> None:
    question = await one.take()
    usage = Usage(1, 2, cost=Decimal("0.01"))
    await one.journal.settle(
        question, Answer("x", requests=build_model_requests("gen-1", "m", usage))
    )
    SqlLedger(database).note_started(PlannedRequest("gen-1"), "openrouter", "gen-1")
    rows = await database.read(lambda c: c.execute(select(attempts)).mappings().all())
    assert [(row["cost_nano"], row["bill_due"]) for row in rows] == [(10_000_000, None)]


async def test_messages_that_could_not_be_noted_go_with_the_next_transaction(
    one: QueueProcess,
) -> None:
    question = await one.take()
    await one.journal.settle(question, Answer("x"), ["1700000002.000000"])
    one.queue.mark_delivered(question, Outcome.ANSWERED, (), ["1700000003.000000"])
    await one.queue.flush()
    another = replace(question, id=question.id + 1)
    recorded = await one.journal.list_other_messages(another)
    assert recorded == {"1700000002.000000", "1700000003.000000"}
