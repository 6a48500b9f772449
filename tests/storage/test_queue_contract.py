"""What every queue promises, on any database: claims are leases, and what is recorded of an answer
outlives the process that recorded it. Another store joins the parameters of `process`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.domain.conversation import Speaker, Thread, Trigger, Turn
from bot.domain.errors import LeaseLost
from bot.domain.files import FileRef
from bot.domain.llm import ResponseStarted, Usage
from bot.domain.questions import Answer, EnqueueResult, Outcome, Question
from bot.domain.stores import Journal, QuestionQueue
from storage.conversations import SqliteConversationStore
from storage.engine.sqlite import Database
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import LEASE_SECONDS, SqliteQuestionQueue
from storage.schema import attempts
from tests.support.values import (
    THREAD,
    build_incoming_message,
    build_model_requests,
    build_thread,
    load_turns,
)

LATER_TS = "1700000000.000200"


class QueueProcess:
    """The queue and the journal of one process, with a clock of its own."""

    def __init__(self, database: Database, owner: str) -> None:
        self.now = 1000.0
        self.queue: QuestionQueue = SqliteQuestionQueue(
            database, owner=owner, clock=lambda: self.now
        )
        self.journal: Journal = SqliteJournal(database, owner=owner, clock=lambda: self.now)

    async def take(self, text: str = "hello") -> Question:
        found = await self.queue.enqueue(build_incoming_message(text), claim=True)
        assert isinstance(found, Question)
        return found

    async def claim(self) -> Question:
        found = await self.queue.claim()
        assert found is not None
        return found


@pytest.fixture(params=["sqlite"])
def process(request: pytest.FixtureRequest, database: Database) -> Callable[[str], QueueProcess]:
    """Return a function that opens a process of that name on the store of the parameter."""
    stores = {"sqlite": QueueProcess}
    return lambda owner: stores[request.param](database, owner)


@pytest.fixture
def one(process: Callable[[str], QueueProcess]) -> QueueProcess:
    return process("one")


@pytest.fixture
def other(process: Callable[[str], QueueProcess]) -> QueueProcess:
    return process("other")


async def test_a_lease_that_is_renewed_is_kept_and_one_that_is_not_comes_back(
    one: QueueProcess, other: QueueProcess
) -> None:
    question = await one.take()
    one.now = other.now = 1000.0 + LEASE_SECONDS - 1
    await one.queue.renew([question.id])
    other.now += LEASE_SECONDS
    assert await other.queue.renew([]) == 0

    other.now += 2
    assert await other.queue.renew([]) == 1
    again = await other.claim()
    assert (again.id, again.attempt, again.claims) == (question.id, 2, 2)


async def test_who_lost_a_claim_can_change_nothing_any_more(
    one: QueueProcess, other: QueueProcess
) -> None:
    question = await one.take()
    other.now += LEASE_SECONDS + 1
    await other.queue.renew([])
    theirs = await other.claim()

    with pytest.raises(LeaseLost):
        await one.journal.settle(question, Answer("late"))
    one.queue.mark_delivered(question, Outcome.ANSWERED)
    await one.queue.requeue(question, counts_as_attempt=False)
    await other.journal.settle(theirs, Answer("in time"))


async def test_an_earlier_claim_of_the_same_process_is_no_claim_either(one: QueueProcess) -> None:
    question = await one.take()
    await one.queue.requeue(question, counts_as_attempt=True)
    again = await one.claim()
    with pytest.raises(LeaseLost):
        await one.journal.settle(question, Answer("old"))
    await one.journal.settle(again, Answer("new"))


async def test_the_messages_of_a_reply_are_known_to_the_next_attempt(one: QueueProcess) -> None:
    question = await one.take()
    await one.journal.record_message(question, "1700000003.000000")
    await one.journal.record_message(question, "1700000002.000000")
    assert (await one.queue.read_stats()).states == {"replying": 1}
    await one.queue.recover_expired()

    again = await one.claim()
    assert again.messages == ("1700000002.000000", "1700000003.000000")
    assert again.answer is None
    assert await one.journal.list_messages(THREAD) == set(again.messages)


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
    await one.queue.recover_expired()

    again = await one.claim()
    assert again.answer is not None
    assert (again.answer.text, again.answer.note) == ("Here.", "_A note._")
    assert [(file.id, file.sha256) for file in again.answer.files] == [("F1", "ab")]


async def test_pictures_are_completed_when_they_are_shown_and_dropped_if_they_never_were(
    one: QueueProcess, database: Database
) -> None:
    question = await one.take()
    files = tuple(FileRef("", f"{n}.png", "image/png", 9, sha256=f"a{n}") for n in range(2))
    await one.journal.settle(question, Answer("Two.", files=files))
    shared = FileRef("F1", "0.png", "image/png", 9, "https://files.slack.com/F1", copy_sha256="cd")
    one.queue.mark_delivered(question, Outcome.ANSWERED, [shared])
    await one.queue.flush()

    turn = (await load_turns(SqliteConversationStore(database), THREAD, before="9", limit=1))[0]
    assert [(file.id, file.url, file.copy_sha256) for file in turn.files] == [
        ("F1", "https://files.slack.com/F1", "cd")
    ]


async def test_a_question_that_is_put_back_for_later_holds_up_its_thread_and_no_other(
    one: QueueProcess,
) -> None:
    question = await one.take("first")
    await one.queue.enqueue(build_incoming_message("second", ts=LATER_TS), claim=True)
    await one.queue.enqueue(
        build_incoming_message("elsewhere", ts=build_thread(9).root, thread=build_thread(9)),
        claim=False,
    )
    await one.queue.requeue(question, delay_seconds=60, counts_as_attempt=True)

    assert (await one.claim()).text == "elsewhere"
    assert await one.queue.claim() is None
    one.now += 61
    assert (await one.claim()).text == "first"


async def test_a_due_time_from_a_clock_that_was_wrong_does_not_hold_a_question_for_ever(
    one: QueueProcess,
) -> None:
    question = await one.take()
    one.now += 10 * 24 * 3600
    await one.queue.requeue(question, delay_seconds=60, counts_as_attempt=True)
    one.now -= 10 * 24 * 3600
    assert (await one.claim()).id == question.id


async def test_people_who_have_all_they_may_are_skipped(one: QueueProcess) -> None:
    await one.queue.enqueue(build_incoming_message(), claim=False)
    assert await one.queue.claim(skip=["U0ALEX"]) is None
    assert await one.queue.claim(skip=["U0SAM"]) is not None


async def test_a_failed_question_can_be_asked_once_more_and_its_answer_is_forgotten(
    one: QueueProcess, database: Database
) -> None:
    question = await one.take()
    await one.journal.record_message(question, "1700000002.000000")
    await one.journal.settle(question, Answer("Half", "It broke.", Outcome.FAILED))
    assert not await one.queue.retry(question.id, THREAD.channel)  # it is being shown
    one.queue.mark_delivered(question, Outcome.FAILED)

    assert not await one.queue.retry(question.id, "C0OTHER")
    assert await one.queue.retry(question.id, THREAD.channel)
    assert not await one.queue.retry(question.id, THREAD.channel)
    again = await one.claim()
    assert (again.attempt, again.messages) == (1, ("1700000002.000000",))
    await one.journal.settle(again, Answer("Whole"))
    turns = await load_turns(SqliteConversationStore(database), THREAD, before="9", limit=9)
    assert [turn.text for turn in turns] == ["hello", "Whole"]


async def test_an_answered_question_cannot_be_asked_again(one: QueueProcess) -> None:
    question = await one.take()
    await one.journal.settle(question, Answer("Done."))
    one.queue.mark_delivered(question, Outcome.ANSWERED)
    await one.queue.flush()
    assert not await one.queue.retry(question.id, THREAD.channel)


async def test_every_request_to_the_model_is_a_row_and_an_interrupted_one_stays_open(
    one: QueueProcess, database: Database
) -> None:
    question = await one.take()
    await one.journal.record_started(question, ResponseStarted("gen-1", "gpt"), Decimal(0))
    await one.queue.recover_expired()
    again = await one.claim()
    await one.journal.record_started(again, ResponseStarted("gen-2", "gpt"), Decimal(0))
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
    await one.journal.record_started(question, ResponseStarted("gen-1", "m"), Decimal(0))
    rows = await database.read(lambda c: c.execute(select(attempts)).mappings().all())
    assert [(row["cost_nano"], row["bill_due"]) for row in rows] == [(10_000_000, None)]


async def test_an_event_that_comes_again_is_nothing_whatever_it_says(one: QueueProcess) -> None:
    await one.queue.enqueue(build_incoming_message(event_id="Ev1"), claim=False)
    second_view = build_incoming_message("other", ts=LATER_TS, event_id="Ev1")
    assert await one.queue.enqueue(second_view, claim=False) is EnqueueResult.DUPLICATE


async def test_a_second_view_that_knows_the_thread_moves_the_question_there(
    one: QueueProcess, database: Database
) -> None:
    root = THREAD
    await one.queue.enqueue(build_incoming_message("root"), claim=False)
    alone = Thread(THREAD.team, THREAD.channel, LATER_TS)
    await one.queue.enqueue(
        build_incoming_message("reply", ts=LATER_TS, thread=alone, event_id="Ev2"), claim=False
    )
    view = build_incoming_message(
        "reply", ts=LATER_TS, thread=root, event_id="Ev3", trigger=Trigger.MENTION
    )
    assert await one.queue.enqueue(view, claim=False) is EnqueueResult.UPDATED

    first = await one.claim()
    assert first.text == "root" and await one.queue.claim() is None
    turns = await load_turns(SqliteConversationStore(database), root, before="9", limit=9)
    assert [(turn.speaker, turn.text) for turn in turns] == [
        (Speaker.PERSON, "root"),
        (Speaker.PERSON, "reply"),
    ]


async def test_a_question_that_a_later_one_read_as_history_is_still_a_question(
    one: QueueProcess, database: Database
) -> None:
    later = await one.queue.enqueue(build_incoming_message("later", ts=LATER_TS), claim=True)
    assert isinstance(later, Question)
    earlier = Turn(Speaker.PERSON, THREAD.root, "first", "U0ALEX")
    await SqliteConversationStore(database).save_earlier(THREAD, [earlier])

    assert (
        await one.queue.enqueue(build_incoming_message("first", event_id="Ev1"), claim=True)
        is EnqueueResult.NEW
    )
    assert (
        await one.queue.enqueue(build_incoming_message("first", event_id="Ev2"), claim=True)
        is EnqueueResult.DUPLICATE
    )
    one.queue.mark_delivered(later, Outcome.ANSWERED)
    assert (await one.claim()).text == "first"


async def test_messages_that_could_not_be_noted_go_with_the_next_transaction(
    one: QueueProcess,
) -> None:
    question = await one.take()
    await one.journal.settle(question, Answer("x"), ["1700000002.000000"])
    one.queue.mark_delivered(question, Outcome.ANSWERED, (), ["1700000003.000000"])
    await one.queue.flush()
    assert await one.journal.list_messages(THREAD) == {"1700000002.000000", "1700000003.000000"}


async def test_the_stats_have_states_and_the_oldest_age(one: QueueProcess) -> None:
    await one.queue.enqueue(build_incoming_message("first"), claim=True)
    one.now += 5
    await one.queue.enqueue(build_incoming_message("second", ts=LATER_TS), claim=True)
    one.now += 5
    stats = await one.queue.read_stats()
    assert stats.states == {"claimed": 1, "stored": 1}
    assert stats.oldest_seconds == 10
