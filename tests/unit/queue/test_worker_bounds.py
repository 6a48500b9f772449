"""No person starves, no question is lost: shares, backlog, loops, and a store that fails."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from pathlib import Path

from bot.domain.errors import StoreError
from bot.domain.questions import ClaimedBatch, ClaimLimits, SuspectLane
from bot.queue.claimers.looking import LOOK_INTERVAL_SECONDS
from bot.queue.fairness import WorkerLimits
from storage.engine.database import Database
from storage.engine.sqlite import open_database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from tests.support.desk import SAM, ManualAnswerer, RecordingNotices, run_worker
from tests.support.values import build_incoming_message, build_thread
from tests.support.virtual_easel import Plan, VirtualEasel


async def test_one_person_leaves_room_for_the_others(
    queue: SqlQuestionQueue, answerer: ManualAnswerer
) -> None:
    async with run_worker(queue, answerer, concurrency=3, per_person=2) as worker:
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
            await answerer.wait_for_next(),
            await answerer.wait_for_next(),
            await answerer.wait_for_next(),
        } == {"q1", "q2", "mine"}
        assert answerer.started_questions.empty()

        answerer.finish("q1")
        assert await answerer.wait_for_next() == "q3"


async def test_a_person_who_has_to_wait_long_is_told_how_many_questions_come_first(
    queue: SqlQuestionQueue, answerer: ManualAnswerer, notices: RecordingNotices
) -> None:
    async with run_worker(queue, answerer, notices=notices, concurrency=1, backlog=2) as worker:
        for number in range(5):
            await worker.submit(
                build_incoming_message(
                    f"q{number}", ts=build_thread(number).root, thread=build_thread(number)
                )
            )
        assert notices.waiting == [("q3", 2), ("q4", 3)]


async def test_two_programs_that_talk_to_each_other_stop_soon(
    queue: SqlQuestionQueue, answerer: ManualAnswerer, notices: RecordingNotices
) -> None:
    async with run_worker(queue, answerer, notices=notices) as worker:
        for number in range(30):
            await worker.submit(
                build_incoming_message(f"q{number}", ts=f"1700000{number:03d}.000100")
            )
        assert notices.loops == [f"q{number}" for number in range(20, 30)]
        assert (await queue.read_stats()).states == {"claimed": 1, "stored": 19}


class FailingQueue(SqlQuestionQueue):
    """A queue whose next `failures_left` claims fail."""

    failures_left = 0

    async def claim(
        self, limits: ClaimLimits, lane: SuspectLane = SuspectLane.EMPTY
    ) -> ClaimedBatch:
        if self.failures_left:
            self.failures_left -= 1
            raise StoreError("SQLITE_FULL")
        return await super().claim(limits, lane)


def test_a_store_that_fails_for_a_while_loses_no_question(tmp_path: Path) -> None:
    async def run() -> list[str]:
        async with open_database(tmp_path / "easel.db") as database:
            queue = FailingQueue(database, owner="test")
            answerer = ManualAnswerer(queue, SqlJournal(database, owner="test"))
            for number in (1, 2, 3):
                key = build_thread(number)
                await queue.enqueue(
                    build_incoming_message(f"q{number}", ts=key.root, thread=key), claim=None
                )
                answerer.finish(f"q{number}")
            queue.failures_left = 3
            async with run_worker(queue, answerer) as worker:
                await worker.wait_until_idle()
                return [
                    answerer.settled_texts.get_nowait()
                    for _ in range(answerer.settled_texts.qsize())
                ]

    assert sorted(asyncio.run(run())) == ["q1", "q2", "q3"]


def test_a_store_that_fails_is_asked_at_intervals_with_a_claim_to_put_back_too(
    out: io.StringIO,
) -> None:
    easel = VirtualEasel(WorkerLimits(concurrency=3, per_person=2, backlog=99))
    easel.plans["q"] = Plan(["away"], seconds=1.0)

    async def run() -> int:
        worker = await easel.start()
        await worker.submit(build_incoming_message("q"))
        easel.database.is_failing = True
        await asyncio.sleep(2.0)  # the attempt has ended, and could not be put back
        before = easel.database.tries
        await asyncio.sleep(30.0)
        tries = easel.database.tries - before
        easel.database.is_failing = False
        await asyncio.sleep(90.0)
        return tries

    looks = 30 / LOOK_INTERVAL_SECONDS
    assert looks / 2 < easel.loop.run(run()) < looks * 2  # other writes besides
    assert [row.outcome for row in easel.read_rows("outcome")] == ["answered"]
    easel.close()
    lines = [line for line in out.getvalue().splitlines() if '"at": "claim"' in line]
    assert len(lines) == 1, "more than a line a minute"


class SlowQueue(SqlQuestionQueue):
    """A queue whose claims, after they have read the store, wait for `claim_released`."""

    claim_started: asyncio.Event
    claim_released: asyncio.Event

    async def claim(
        self, limits: ClaimLimits, lane: SuspectLane = SuspectLane.EMPTY
    ) -> ClaimedBatch:
        batch = await super().claim(limits, lane)
        self.claim_started.set()
        await self.claim_released.wait()
        return batch


async def test_an_answer_that_ends_during_a_claim_leads_to_another_claim(
    database: Database,
) -> None:
    queue = SlowQueue(database, owner="test")
    queue.claim_started, queue.claim_released = asyncio.Event(), asyncio.Event()
    answerer = ManualAnswerer(queue, SqlJournal(database, owner="test"))
    async with run_worker(queue, answerer, per_person=1) as worker:
        for number in (1, 2):
            key = build_thread(number)
            await worker.submit(build_incoming_message(f"q{number}", ts=key.root, thread=key))
        assert await answerer.wait_for_next() == "q1"
        # The claim finds nothing, because the person who asked q1 has no more room.
        await asyncio.wait_for(queue.claim_started.wait(), 60)
        answerer.finish("q1")
        async with asyncio.timeout(60):
            while await worker.stop_thread(build_thread(1)):  # noqa: ASYNC110 - until q1 has ended
                await asyncio.sleep(0)
        queue.claim_released.set()
        assert await answerer.wait_for_next() == "q2"
