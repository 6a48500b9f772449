"""What every queue promises of a claim, on any database: it is a lease, and one question is one."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Speaker, Thread, Trigger, Turn
from bot.domain.errors import LeaseLost
from bot.domain.questions import Answer, ClaimLimits, EnqueueResult, Outcome, Question
from storage.conversations import SqlConversationStore
from storage.engine.database import Database
from storage.queue.questions import LEASE_SECONDS
from tests.support.queues import AMPLE, QueueProcess, claim_all, claim_one
from tests.support.values import (
    THREAD,
    build_incoming_message,
    build_thread,
    load_turns,
)

LATER_TS = "1700000000.000200"


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


async def test_a_question_that_is_put_back_for_later_holds_up_its_thread_and_no_other(
    one: QueueProcess,
) -> None:
    question = await one.take("first")
    await one.queue.enqueue(build_incoming_message("second", ts=LATER_TS), claim=AMPLE)
    await one.queue.enqueue(
        build_incoming_message("elsewhere", ts=build_thread(9).root, thread=build_thread(9)),
        claim=None,
    )
    await one.queue.requeue(question, delay_seconds=60, counts_as_attempt=True)

    assert (await one.claim()).text == "elsewhere"
    assert await claim_one(one.queue) is None
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
    await one.queue.enqueue(build_incoming_message(), claim=None)
    assert await claim_all(one.queue, ClaimLimits(10, 0)) == []
    assert await claim_all(one.queue, ClaimLimits(10, 1)) == ["hello"]


async def test_an_event_that_comes_again_is_nothing_whatever_it_says(one: QueueProcess) -> None:
    await one.queue.enqueue(build_incoming_message(event_id="Ev1"), claim=None)
    second_view = build_incoming_message("other", ts=LATER_TS, event_id="Ev1")
    assert await one.queue.enqueue(second_view, claim=None) is EnqueueResult.DUPLICATE


async def test_a_second_view_that_knows_the_thread_moves_the_question_there(
    one: QueueProcess, database: Database
) -> None:
    root = THREAD
    await one.queue.enqueue(build_incoming_message("root"), claim=None)
    alone = Thread(THREAD.team, THREAD.channel, LATER_TS)
    await one.queue.enqueue(
        build_incoming_message("reply", ts=LATER_TS, thread=alone, event_id="Ev2"), claim=None
    )
    view = build_incoming_message(
        "reply", ts=LATER_TS, thread=root, event_id="Ev3", trigger=Trigger.MENTION
    )
    assert await one.queue.enqueue(view, claim=None) is EnqueueResult.UPDATED

    first = await one.claim()
    assert first.text == "root" and await claim_one(one.queue) is None
    turns = await load_turns(SqlConversationStore(database), root, before="9", limit=9)
    assert [(turn.speaker, turn.text) for turn in turns] == [
        (Speaker.PERSON, "root"),
        (Speaker.PERSON, "reply"),
    ]


async def test_a_question_that_a_later_one_read_as_history_is_still_a_question(
    one: QueueProcess, database: Database
) -> None:
    later = await one.queue.enqueue(build_incoming_message("later", ts=LATER_TS), claim=AMPLE)
    assert isinstance(later, Question)
    earlier = Turn(Speaker.PERSON, THREAD.root, "first", "U0ALEX")
    await SqlConversationStore(database).save_earlier(THREAD, [earlier])

    assert (
        await one.queue.enqueue(build_incoming_message("first", event_id="Ev1"), claim=AMPLE)
        is EnqueueResult.NEW
    )
    assert (
        await one.queue.enqueue(build_incoming_message("first", event_id="Ev2"), claim=AMPLE)
        is EnqueueResult.DUPLICATE
    )
    one.queue.mark_delivered(later, Outcome.ANSWERED)
    assert (await one.claim()).text == "first"


async def test_the_stats_have_states_and_the_oldest_age(one: QueueProcess) -> None:
    await one.queue.enqueue(build_incoming_message("first"), claim=AMPLE)
    one.now += 5
    await one.queue.enqueue(build_incoming_message("second", ts=LATER_TS), claim=AMPLE)
    one.now += 5
    stats = await one.queue.read_stats()
    assert stats.states == {"claimed": 1, "stored": 1}
    assert stats.oldest_seconds == 10
