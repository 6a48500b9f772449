"""How long the questions of a dead replica wait, and what two replicas take of one person's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.domain.questions import ClaimLimits, ClaimRefusal, Question, SuspectLane
from bot.queue.leases import RENEW_INTERVAL_SECONDS
from storage.bills import FIRST_BILL_DELAY_SECONDS
from storage.engine.database import Database
from storage.jobs.runner import HEARTBEAT_SECONDS, STALLED_SECONDS
from storage.ledger import SqlLedger
from storage.queue.questions import (
    SHARED_LEASE_SECONDS,
    SqlQuestionQueue,
)
from tests.support.clock import Clock
from tests.support.ledger import record_taken
from tests.support.queues import AMPLE, enqueue
from tests.support.replicas import open_replicas
from tests.support.values import THREAD, build_incoming_message, build_thread

WITHIN_SECONDS = 30.0


def open_queue(database: Database, owner: str, clock: Clock) -> SqlQuestionQueue:
    return SqlQuestionQueue(
        database,
        owner=owner,
        clock=clock,
        lease_seconds=SHARED_LEASE_SECONDS,
        is_shared=True,
    )


async def test_the_question_of_a_dead_replica_is_anothers_within_half_a_minute(
    postgres_url: str,
) -> None:
    clock = Clock()
    async with open_replicas(postgres_url, 2) as (first, second):
        dead, alive = open_queue(first, "a", clock), open_queue(second, "b", clock)
        assert isinstance(await dead.enqueue(build_incoming_message(), claim=AMPLE), Question)
        died_at, found = clock.now, None
        while found is None:
            refused = await alive.claim_next(THREAD, AMPLE, SuspectLane.EMPTY)
            assert isinstance(refused, ClaimRefusal), "while the lease holds it is the other's"
            clock.now += RENEW_INTERVAL_SECONDS
            if await alive.renew([], takes_others=True):
                # A crash is charged to it, so it may be a suspect that is taken apart.
                found = await alive.claim_next(THREAD, AMPLE, SuspectLane.EMPTY)
        assert isinstance(found, Question) and found.attempt == 2
        assert SHARED_LEASE_SECONDS <= clock.now - died_at <= WITHIN_SECONDS
    # Its job, where that was begun and nothing was claimed yet: found by the next look.
    assert STALLED_SECONDS + 2 * HEARTBEAT_SECONDS <= WITHIN_SECONDS


async def test_one_person_has_no_more_places_on_two_replicas_than_on_one(
    postgres_url: str,
) -> None:
    clock, limits = Clock(), ClaimLimits(10, 2)
    async with open_replicas(postgres_url, 2) as databases:
        queues = [open_queue(*pair, clock) for pair in zip(databases, ("a", "b"), strict=True)]
        threads = [build_thread(number) for number in range(4)]
        for thread in threads:
            await enqueue(queues[0], build_incoming_message(thread=thread, ts=thread.root))
        results = [
            await queues[number % 2].claim_next(thread, limits, SuspectLane.EMPTY)
            for number, thread in enumerate(threads)
        ]
        assert [isinstance(result, Question) for result in results] == [True, True, False, False]


async def test_what_a_dead_replica_was_asking_for_is_billed_soon_and_not_after_the_longest_answer(
    postgres_url: str,
) -> None:
    clock = Clock()
    async with open_replicas(postgres_url, 2) as (first, second):
        dead, alive = open_queue(first, "a", clock), open_queue(second, "b", clock)
        ledgers = [SqlLedger(database, clock=clock) for database in (first, second)]
        other = replace(build_incoming_message(), event_id="Ev2", thread=build_thread(2))
        questions = [
            await dead.enqueue(build_incoming_message(), claim=AMPLE),
            await alive.enqueue(replace(other, ts=other.thread.root), claim=AMPLE),
        ]
        for question, ledger, generation in zip(
            questions, ledgers, ("of-dead", "of-alive"), strict=True
        ):
            assert isinstance(question, Question)
            await record_taken(ledger, question, generation, Decimal("0.5"))
        living = [question.id for question in questions[1:] if isinstance(question, Question)]
        while not await alive.renew(living, takes_others=True):
            clock.now += RENEW_INTERVAL_SECONDS
        clock.now += FIRST_BILL_DELAY_SECONDS
        due = await ledgers[1].list_unbilled(10)
        assert [bill.generation_id for bill in due] == ["of-dead"]
        await ledgers[1].record_cost("of-dead", Decimal("0.25"))
        assert (await ledgers[1].count_bills()).open == 0
