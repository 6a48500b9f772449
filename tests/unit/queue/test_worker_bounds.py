"""Nobody starves, nothing is forgotten: shares, backlog, loops, and a store that stumbles."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from bot.domain.errors import StoreError
from bot.domain.questions import Question
from storage.engine.sqlite import Database, open_database
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import SqliteQuestionQueue
from tests.support.desk import SAM, ManualAnswerer, RecordingNotices, run_worker
from tests.support.easel import wait_until
from tests.support.values import build_incoming_message, build_thread


async def test_one_person_leaves_room_for_the_others(
    inbox: SqliteQuestionQueue, desk: ManualAnswerer
) -> None:
    async with run_worker(inbox, desk, concurrency=3, per_person=2) as worker:
        for number in (1, 2, 3):
            await worker.submit(
                build_incoming_message(
                    f"q{number}", ts=build_thread(number).root, thread=build_thread(number)
                )
            )
        sam = replace(
            build_incoming_message("mine", ts=build_thread(9).root, thread=build_thread(9)),
            sender=SAM,
        )
        await worker.submit(sam)
        assert {
            await desk.wait_for_next(),
            await desk.wait_for_next(),
            await desk.wait_for_next(),
        } == {"q1", "q2", "mine"}
        assert desk.started.empty()

        desk.finish("q1")
        assert await desk.wait_for_next() == "q3"


async def test_who_has_to_wait_long_is_told_how_many_are_before(
    inbox: SqliteQuestionQueue, desk: ManualAnswerer, told: RecordingNotices
) -> None:
    async with run_worker(inbox, desk, notices=told, concurrency=1, backlog=2) as worker:
        for number in range(5):
            await worker.submit(
                build_incoming_message(
                    f"q{number}", ts=build_thread(number).root, thread=build_thread(number)
                )
            )
        assert told.waiting == [("q3", 2), ("q4", 3)]


async def test_two_programs_that_talk_to_each_other_stop_soon(
    inbox: SqliteQuestionQueue, desk: ManualAnswerer, told: RecordingNotices
) -> None:
    async with run_worker(inbox, desk, notices=told) as worker:
        for number in range(30):
            await worker.submit(
                build_incoming_message(f"q{number}", ts=f"1700000{number:03d}.000100")
            )
        assert told.loops == [f"q{number}" for number in range(20, 30)]
        assert (await inbox.stats()).states == {"claimed": 1, "stored": 19}


class FailingQueue(SqliteQuestionQueue):
    """An inbox whose store fails as often as it is told to."""

    failures_left = 0

    async def claim(self, *, skip: Collection[str] = ()) -> Question | None:
        if self.failures_left:
            self.failures_left -= 1
            raise StoreError("SQLITE_FULL")
        return await super().claim(skip=skip)


def test_a_store_that_fails_for_a_while_loses_no_question(tmp_path: Path) -> None:
    async def run() -> list[str]:
        async with open_database(tmp_path / "easel.db") as database:
            inbox = FailingQueue(database, owner="test")
            desk = ManualAnswerer(inbox, SqliteJournal(database, owner="test"))
            for number in (1, 2, 3):
                key = build_thread(number)
                await inbox.enqueue(
                    build_incoming_message(f"q{number}", ts=key.root, thread=key), claim=False
                )
                desk.finish(f"q{number}")
            inbox.failures_left = 3
            async with run_worker(inbox, desk) as worker:
                await worker.wait_until_idle()
                return [desk.settled.get_nowait() for _ in range(desk.settled.qsize())]

    assert sorted(asyncio.run(run())) == ["q1", "q2", "q3"]


class SlowQueue(SqliteQuestionQueue):
    """An inbox whose claims take as long as the test wants after they have looked."""

    claim_started: asyncio.Event
    claim_released: asyncio.Event

    async def claim(self, *, skip: Collection[str] = ()) -> Question | None:
        found = await super().claim(skip=skip)
        self.claim_started.set()
        await self.claim_released.wait()
        return found


async def test_an_answer_that_ends_during_a_look_is_looked_after_again(database: Database) -> None:
    inbox = SlowQueue(database, owner="test")
    inbox.claim_started, inbox.claim_released = asyncio.Event(), asyncio.Event()
    desk = ManualAnswerer(inbox, SqliteJournal(database, owner="test"))
    async with run_worker(inbox, desk, per_person=1) as worker:
        for number in (1, 2):
            key = build_thread(number)
            await worker.submit(build_incoming_message(f"q{number}", ts=key.root, thread=key))
        assert await desk.wait_for_next() == "q1"
        # The look finds nothing, because q1's asker has all they may.
        await asyncio.wait_for(inbox.claim_started.wait(), 5)
        desk.finish("q1")
        await wait_until(lambda: not worker._running)
        inbox.claim_released.set()
        assert await desk.wait_for_next() == "q2"
