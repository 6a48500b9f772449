"""On PostgreSQL a question is claimed when it is stored, by the replica that stores it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sqlalchemy import text

from bot.domain.questions import ClaimLimits, ClaimRefusal, EnqueueResult, Question, SuspectLane
from storage.engine.postgres import PostgresDatabase
from storage.queue.questions import SHARED_LEASE_SECONDS, SqlQuestionQueue
from storage.replicas.clock import read_now
from tests.support.desk import SAM
from tests.support.queues import AMPLE
from tests.support.replicas import open_replicas
from tests.support.values import build_incoming_message, build_thread

_COUNT_JOBS = text("SELECT count(*) FROM procrastinate_jobs")
_EXPIRE = text("UPDATE questions SET claimed_until = 1")


def build_queues(databases: list[PostgresDatabase]) -> list[SqlQuestionQueue]:
    return [
        SqlQuestionQueue(database, owner=name, lease_seconds=SHARED_LEASE_SECONDS)
        for database, name in zip(databases, "abc", strict=False)
    ]


async def count_jobs(database: PostgresDatabase) -> int:
    return int(await database.read(lambda c: c.scalar(_COUNT_JOBS)) or 0)


async def test_it_has_a_lease_by_the_shared_clock_and_no_job(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queues = build_queues(databases)
        stored = await queues[0].enqueue(build_incoming_message("first"), claim=AMPLE)
        assert isinstance(stored, Question)
        assert stored.claims == 1
        assert await count_jobs(databases[0]) == 0
        lease = text("SELECT claimed_until FROM questions WHERE claimed_by = 'a'")
        until, now = await databases[0].read(lambda c: (c.scalar(lease), read_now(c)))
        assert 0 < until - now <= SHARED_LEASE_SECONDS

        # What follows in its thread waits for it, wherever it comes in.
        second = build_incoming_message("second", event_id="Ev2", ts="1700000099.000100")
        assert await queues[1].enqueue(second, claim=AMPLE) is EnqueueResult.NEW
        assert await count_jobs(databases[0]) == 1
        refusal = await queues[1].claim_next(stored.thread, AMPLE, SuspectLane.CLOSED)
        assert refusal is ClaimRefusal.NOTHING


async def test_it_is_taken_up_by_another_replica_when_its_own_has_ended(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queues = build_queues(databases)
        stored = await queues[0].enqueue(build_incoming_message("hello"), claim=AMPLE)
        assert isinstance(stored, Question)
        await databases[0].write(lambda c: c.execute(_EXPIRE).close())
        assert await queues[1].renew([]) == 1
        assert await count_jobs(databases[1]) == 1
        again = await queues[1].claim_next(stored.thread, AMPLE, SuspectLane.CLOSED)
        assert isinstance(again, Question)
        assert again.claims == 2


async def test_a_persons_share_counts_the_answers_of_all_replicas(postgres_url: str) -> None:
    limits = ClaimLimits(100, 2)
    async with open_replicas(postgres_url) as databases:
        queues = build_queues(databases)
        messages = [
            build_incoming_message(
                f"q{n}", event_id=f"Ev{n}", ts=build_thread(n).root, thread=build_thread(n)
            )
            for n in range(12)
        ]
        stored = await asyncio.gather(
            *(queues[n % 3].enqueue(message, claim=limits) for n, message in enumerate(messages))
        )
        assert sum(isinstance(one, Question) for one in stored) == 2
        assert await count_jobs(databases[0]) == 10
        # Others are not held up by it.
        of_sam = replace(
            build_incoming_message(
                "mine", event_id="EvS", ts=build_thread(50).root, thread=build_thread(50)
            ),
            sender=SAM,
        )
        assert isinstance(await queues[1].enqueue(of_sam, claim=limits), Question)


async def test_a_newer_question_does_not_overtake_one_of_the_same_person_that_waits(
    postgres_url: str,
) -> None:
    limits = ClaimLimits(100, 1)
    async with open_replicas(postgres_url, 1) as databases:
        (queue,) = build_queues(databases)
        for number in range(2):
            thread = build_thread(number)
            message = build_incoming_message(
                "q", event_id=f"Ev{number}", ts=thread.root, thread=thread
            )
            # Nothing of theirs is answered, but the first of both waits to be looked at.
            claim = None if number == 0 else limits
            assert await queue.enqueue(message, claim=claim) is EnqueueResult.NEW
