"""A question that reaches several replicas on one PostgreSQL database, also at the same moment."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.domain.conversation import Person
from bot.domain.questions import Answer, EnqueueResult, Outcome, Presser, PressResult
from bot.domain.stores.replicas import InterruptionKind
from storage.deletion import SqlDeletionStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.queue.signs import SqlWaitingQuestions
from storage.replicas.interruptions import SqlInterruptions
from storage.replicas.senders import SqlSenders
from tests.support.queues import AMPLE, take_question
from tests.support.replicas import NAMES, open_replicas
from tests.support.values import (
    ALEX,
    THREAD,
    build_incoming_message,
    build_picture_ref,
    build_thread,
)


async def test_two_events_of_one_post_at_two_replicas_are_one_question_with_its_files(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queues = [
            SqlQuestionQueue(database, owner=n)
            for database, n in zip(databases, NAMES, strict=False)
        ]
        for number in range(10):
            thread = build_thread(number)
            plain = build_incoming_message(ts=thread.root, thread=thread, event_id=f"Ev{number}a")
            with_file = build_incoming_message(
                ts=thread.root,
                thread=thread,
                event_id=f"Ev{number}b",
                files=(build_picture_ref(f"F{number}"),),
            )
            results = await asyncio.gather(
                queues[0].enqueue(plain, claim=None), queues[1].enqueue(with_file, claim=None)
            )
            assert results.count(EnqueueResult.NEW) == 1
        stats = await queues[0].read_stats()
        claimed = await queues[0].claim(AMPLE)
    assert stats.states == {"stored": 10}
    assert all(question.files for question in claimed.questions)


async def test_a_message_that_is_stored_and_deleted_at_the_same_moment_is_gone(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queue = SqlQuestionQueue(databases[0], owner="a")
        deletions = SqlDeletionStore(databases[1])
        for number in range(10):
            thread = build_thread(number)
            message = build_incoming_message("secret", ts=thread.root, thread=thread)
            await asyncio.gather(
                queue.enqueue(message, claim=None),
                deletions.forget_message(thread.team, thread.channel, thread.root),
            )
        assert (await queue.read_stats()).states == {}


async def test_a_failed_question_is_asked_again_once_whoever_presses_at_the_same_moment(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queue = SqlQuestionQueue(databases[0], owner="a")
        other = SqlQuestionQueue(databases[1], owner="b")
        question = await take_question(queue)
        # Long ago, so that it is anybody's.
        await SqlJournal(databases[0], owner="a", clock=lambda: 0.0).settle(
            question, Answer(note="no", outcome=Outcome.FAILED)
        )
        queue.mark_delivered(question, Outcome.FAILED)
        await queue.flush()
        presses = [
            Presser(ALEX, "1700000099.000100"),
            Presser(Person("U0SAM", ALEX.team), "1700000099.000200"),
        ]
        results = await asyncio.gather(
            queue.retry(question.id, THREAD.channel, presses[0], go_on=False),
            other.retry(question.id, THREAD.channel, presses[1], go_on=False),
        )
    assert sorted(results) == sorted([PressResult.ASKED, PressResult.NOTHING_TO_ASK])


async def test_questions_of_one_sender_are_counted_over_all_replicas(postgres_url: str) -> None:
    async with open_replicas(postgres_url) as databases:
        now = [1000.0]
        queues = [
            SqlQuestionQueue(database, owner=name, clock=lambda: now[0])
            for database, name in zip(databases, NAMES, strict=False)
        ]
        for number in range(6):
            ts = f"1700000001.{number:06d}"
            await queues[number % 3].enqueue(build_incoming_message(ts=ts), claim=None)
        senders = SqlSenders(databases[0], clock=lambda: now[0])
        assert await senders.count_questions(THREAD, ALEX.id, 60) == 6
        assert await senders.count_questions(THREAD, "U0SAM", 60) == 0
        now[0] += 61
        assert await senders.count_questions(THREAD, ALEX.id, 60) == 0


async def test_a_stop_or_a_late_file_reaches_the_replica_that_answers(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        queue = SqlQuestionQueue(databases[0], owner="a")
        here, there = (
            SqlInterruptions(database, owner=name)
            for database, name in zip(databases, NAMES, strict=False)
        )
        assert await there.stop_thread(THREAD) == 0  # nothing is answered
        question = await take_question(queue)
        assert await here.stop_thread(THREAD) == 0  # it is this replica's own
        assert await there.stop_thread(THREAD) == 1
        assert await there.restart(THREAD.team, THREAD.channel, question.ts, ["F1", "F2"]) == 1
        found = {one.kind: one for one in await here.list_for([question.id])}
        assert set(found) == {InterruptionKind.STOP, InterruptionKind.RESTART}
        assert found[InterruptionKind.RESTART].file_ids == ("F1", "F2")
        assert await there.list_for([question.id + 1]) == []


async def test_signs_are_not_given_for_what_another_replica_answers(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        now = [1000.0]
        clock: Any = lambda: now[0]  # noqa: E731 - one
        await take_question(SqlQuestionQueue(databases[0], owner="a", clock=clock))
        mine = SqlWaitingQuestions(databases[0], owner="a", clock=clock)
        other = SqlWaitingQuestions(databases[1], owner="b", clock=clock)
        assert [one.is_elsewhere for one in await mine.list_open()] == [False]
        assert [one.is_elsewhere for one in await other.list_open()] == [True]
        now[0] += 60  # the lease is over: nobody's
        assert [one.is_elsewhere for one in await other.list_open()] == [False]
