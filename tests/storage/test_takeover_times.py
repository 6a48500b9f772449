"""How long the questions of a dead replica wait, and what two replicas take of one person's."""

from __future__ import annotations

from bot.domain.questions import ClaimLimits, ClaimRefusal, Question, SuspectLane
from bot.queue.leases import RENEW_INTERVAL_SECONDS
from storage.engine.database import Database
from storage.jobs.runner import HEARTBEAT_SECONDS, STALLED_SECONDS
from storage.queue.questions import (
    SHARED_LEASE_SECONDS,
    SHARED_RENEWED_PART,
    SqlQuestionQueue,
)
from tests.support.clock import Clock
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
        renewed_part=SHARED_RENEWED_PART,
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
