"""On PostgreSQL a question is claimed when it is stored, by the replica that stores it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection, text

from bot.domain.answers.steering import EditResult, MessageEdit
from bot.domain.conversation import Trigger
from bot.domain.errors import StoreError
from bot.domain.questions import (
    Answer,
    ClaimLimits,
    ClaimRefusal,
    EnqueueResult,
    Outcome,
    Question,
    SuspectLane,
)
from storage.engine.postgres import PostgresDatabase
from storage.queue.finish import Delivery, write_delivery
from storage.queue.journal import SqlJournal
from storage.queue.questions import SHARED_LEASE_SECONDS, SqlQuestionQueue
from storage.replicas.clock import read_now
from storage.rows import name_asker_lock
from storage.steering.store import SqlSteeringStore
from tests.support.desk import SAM
from tests.support.queues import AMPLE
from tests.support.replicas import open_replicas
from tests.support.transactions import Held
from tests.support.values import build_incoming_message, build_picture_ref, build_thread

_COUNT_JOBS = text("SELECT count(*) FROM procrastinate_jobs")
_DELETE_JOBS = text("DELETE FROM procrastinate_jobs")
_RENAME, _RENAME_BACK = (
    text("ALTER TABLE questions RENAME TO away"),
    text("ALTER TABLE away RENAME TO questions"),
)
_COUNT_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event = 'advisory'"
)
_EXPIRE = text("UPDATE questions SET claimed_until = 1")


def build_queues(databases: list[PostgresDatabase]) -> list[SqlQuestionQueue]:
    return [
        SqlQuestionQueue(database, owner=name, lease_seconds=SHARED_LEASE_SECONDS, is_shared=True)
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


async def test_the_second_event_of_a_post_writes_only_what_the_first_did_not_bring(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 1) as (database,):
        (queue,) = build_queues([database])
        first = build_incoming_message("what is this?")
        second = replace(first, event_id="Ev2", trigger=Trigger.WATCHED)
        # As Slack sends them: at once.
        results = await asyncio.gather(
            *(queue.enqueue(one, claim=AMPLE) for one in (first, second))
        )
        assert isinstance(results[0], Question) and results[1] is EnqueueResult.DUPLICATE
        assert database.commits == 2, "the schema, and the question"

        with_file = replace(second, event_id="Ev3", files=(build_picture_ref(),))
        with_words = replace(second, event_id="Ev4", text="what is this? And what was forwarded")
        for message in (with_file, with_words):
            assert await queue.enqueue(message, claim=AMPLE) is EnqueueResult.UPDATED
            assert await queue.enqueue(message, claim=AMPLE) is EnqueueResult.DUPLICATE
        assert database.commits == 4


async def test_an_event_that_could_not_be_stored_leaves_no_one_waiting_for_it(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 1) as (database,):
        (queue,) = build_queues([database])
        first = build_incoming_message("hello")
        second = replace(first, event_id="Ev2", trigger=Trigger.WATCHED)
        await database.write(lambda c: c.execute(_RENAME).close())
        results = await asyncio.gather(
            *(queue.enqueue(one, claim=AMPLE) for one in (first, second)), return_exceptions=True
        )
        assert [type(result) for result in results] == [StoreError, StoreError]
        await database.write(lambda c: c.execute(_RENAME_BACK).close())
        assert isinstance(await queue.enqueue(second, claim=AMPLE), Question)


async def test_what_waits_for_the_end_of_an_answer_is_told_of_when_that_is_written(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queues = build_queues(databases)
        first = await queues[0].enqueue(build_incoming_message("first"), claim=AMPLE)
        assert isinstance(first, Question)
        assert not await queues[0].is_any_other_open(first.thread, first.id)
        queues[0].mark_delivered(first, Outcome.ANSWERED)
        # Another replica stores the next one before the end is written, and looks in vain.
        second = build_incoming_message("second", event_id="Ev2", ts="1700000099.000100")
        assert await queues[1].enqueue(second, claim=AMPLE) is EnqueueResult.NEW
        assert (
            await queues[1].claim_next(first.thread, AMPLE, SuspectLane.CLOSED)
            is ClaimRefusal.NOTHING
        )
        await databases[1].write(lambda c: c.execute(_DELETE_JOBS).close())
        assert await queues[0].is_any_other_open(first.thread, first.id)
        await queues[0].flush()
        assert await count_jobs(databases[0]) == 1
        assert isinstance(
            await queues[1].claim_next(first.thread, AMPLE, SuspectLane.CLOSED), Question
        )


async def test_a_look_while_the_end_is_being_written_is_repeated(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queues = build_queues(databases)
        first = await queues[0].enqueue(build_incoming_message("first"), claim=AMPLE)
        assert isinstance(first, Question)
        is_changed, may_end = threading.Event(), threading.Event()

        def end_slowly(connection: Connection) -> None:
            connection.execute(text("UPDATE questions SET shown = true")).close()
            is_changed.set()
            may_end.wait(60)

        ending = asyncio.create_task(databases[0].write(end_slowly))
        await asyncio.to_thread(is_changed.wait, 60)
        refusal = await queues[1].claim_next(first.thread, AMPLE, SuspectLane.CLOSED)
        may_end.set()
        await ending
        assert refusal is ClaimRefusal.NOTHING
        assert await count_jobs(databases[1]) == 1


_COUNT_WAITING_LOCKS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


async def test_an_edit_while_the_end_of_the_answer_is_being_written_asks_again(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queues = build_queues(databases)
        first = await queues[0].enqueue(build_incoming_message("first"), claim=AMPLE)
        assert isinstance(first, Question)
        await SqlJournal(databases[0], owner="a").settle(first, Answer(text="old answer"))
        is_ended, may_commit = threading.Event(), threading.Event()

        def end_slowly(connection: Connection) -> None:
            delivery = Delivery(first, read_now(connection), Outcome.ANSWERED, (), ())
            write_delivery(connection, delivery, "a")
            is_ended.set()
            may_commit.wait(60)

        ending = asyncio.create_task(databases[0].write(end_slowly))
        await asyncio.to_thread(is_ended.wait, 60)
        place = first.thread
        edit = MessageEdit(
            place.team, place.channel, first.ts, first.asker, "second", "", "1800000000.000100"
        )
        editing = asyncio.create_task(SqlSteeringStore(databases[1]).take_edit(edit))
        async with asyncio.timeout(60):
            # The database tells no one.
            while not await databases[1].read(  # noqa: ASYNC110 - rows
                lambda c: c.scalar(_COUNT_WAITING_LOCKS)
            ):
                await asyncio.sleep(0)
        may_commit.set()
        await ending
        assert (await editing).result is EditResult.ASKED
        state = text("SELECT state, shown, version FROM questions")
        row = await databases[1].read(lambda c: c.execute(state).one())
        assert tuple(row) == ("stored", False, 2)


async def test_a_lease_begins_when_all_is_locked_that_it_needs(postgres_url: str) -> None:
    """However long another answer to the same person holds the lock."""
    async with open_replicas(postgres_url, 3) as databases:
        queue, _, _ = build_queues(databases)
        message = build_incoming_message("hello")
        assert await queue.enqueue(message, claim=None) is EnqueueResult.NEW
        held = Held()
        name = name_asker_lock(message.thread, message.sender.id)
        other = asyncio.create_task(databases[1].write(partial(held.hold_lock, name)))
        await held.wait_for(1)
        claim = asyncio.create_task(queue.claim_next(message.thread, AMPLE, SuspectLane.EMPTY))
        while not await databases[2].read(lambda c: c.scalar(_COUNT_WAITING)):
            pass
        waited_until = await databases[2].read(read_now)
        held.end()
        await other
        assert isinstance(await claim, Question)
        lease = text("SELECT claimed_until FROM questions WHERE claimed_by = 'a'")
        until = await databases[2].read(lambda c: c.scalar(lease))
        assert until is not None and until >= waited_until + SHARED_LEASE_SECONDS
