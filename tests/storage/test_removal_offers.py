"""An offer to delete an answer is noted with the deletion, and is due until it was made."""

from __future__ import annotations

import pytest

from bot.domain.answers.removal import RemovalOffer
from bot.domain.questions import Question
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.steering.removals import GIVE_UP_SECONDS, LEASE_SECONDS, SqlRemovalStore
from tests.support.changing_words import delete
from tests.support.clock import Clock
from tests.support.queues import answer, claim_one, enqueue, take_question
from tests.support.values import THREAD, build_incoming_message

PLACE = (THREAD.team, THREAD.channel, THREAD.root)


@pytest.fixture
def removals(database: Database, clock: Clock) -> SqlRemovalStore:
    return SqlRemovalStore(database, clock=clock)


async def show(queue: SqlQuestionQueue, journal: SqlJournal, question: Question) -> None:
    await journal.record_message(question, f"{question.ts}5")
    await answer(queue, journal, question, "An owl.")


async def take(removals: SqlRemovalStore) -> RemovalOffer | None:
    return await removals.take_offer(*PLACE)


@pytest.mark.parametrize("is_late", [False, True])
async def test_an_offer_is_due_until_it_was_made(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    database: Database,
    clock: Clock,
    removals: SqlRemovalStore,
    is_late: bool,
) -> None:
    question = await take_question(queue)
    if is_late:
        await delete(database, clock=clock)
        assert await removals.list_due() == [] and await take(removals) is None
    await show(queue, journal, question)
    assert is_late or (await removals.list_due() == [] and await take(removals) is None)
    await delete(database, clock=clock)
    assert await removals.list_due() == [PLACE]
    assert await take(removals) is not None
    # Whoever has taken it may have ended; until that is known no one else makes it.
    await delete(database, clock=clock)  # Slack repeats itself
    assert await removals.list_due() == [] and await take(removals) is None
    clock.now += LEASE_SECONDS
    assert await removals.list_due() == [PLACE]
    again = await take(removals)
    assert again is not None and again.author == question.asker
    await removals.end_offer(again)
    await delete(database, clock=clock)
    clock.now += LEASE_SECONDS
    assert await take(removals) is None and await removals.list_due() == []


async def test_what_can_be_offered_no_more_is_due_no_more(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    database: Database,
    clock: Clock,
    removals: SqlRemovalStore,
) -> None:
    await show(queue, journal, await take_question(queue))
    await delete(database, clock=clock)
    await enqueue(queue, build_incoming_message("next", ts="1700000000.000200"))
    assert await claim_one(queue) is not None
    assert await take(removals) is None and await removals.list_due() == []


async def test_an_offer_that_could_not_be_made_for_an_hour_is_given_up(
    queue: SqlQuestionQueue,
    journal: SqlJournal,
    database: Database,
    clock: Clock,
    removals: SqlRemovalStore,
) -> None:
    await show(queue, journal, await take_question(queue))
    await delete(database, clock=clock)
    clock.now += GIVE_UP_SECONDS + 1
    assert await removals.list_due() == [PLACE]
    assert await take(removals) is None and await removals.list_due() == []
