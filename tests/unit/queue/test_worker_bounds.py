"""Nobody starves, nothing is forgotten: shares, backlog, loops, and a store that stumbles."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from bot.domain.errors import StoreFailed
from bot.domain.questions import Question
from storage.engine.sqlite import Database, open_database
from storage.queue.journal import QuestionJournal
from storage.queue.sqlite import SqliteInbox
from tests.support.desk import SAM, Desk, Told, working
from tests.support.easel import eventually
from tests.support.values import incoming, thread


async def test_one_person_leaves_room_for_the_others(inbox: SqliteInbox, desk: Desk) -> None:
    async with working(inbox, desk, concurrency=3, per_person=2) as worker:
        for number in (1, 2, 3):
            await worker.submit(
                incoming(f"q{number}", ts=thread(number).root, thread=thread(number))
            )
        sam = replace(incoming("mine", ts=thread(9).root, thread=thread(9)), sender=SAM)
        await worker.submit(sam)
        assert {await desk.next(), await desk.next(), await desk.next()} == {"q1", "q2", "mine"}
        assert desk.begun.empty()

        desk.finish("q1")
        assert await desk.next() == "q3"


async def test_who_has_to_wait_long_is_told_how_many_are_before(
    inbox: SqliteInbox, desk: Desk, told: Told
) -> None:
    async with working(inbox, desk, told=told, concurrency=1, backlog=2) as worker:
        for number in range(5):
            await worker.submit(
                incoming(f"q{number}", ts=thread(number).root, thread=thread(number))
            )
        assert told.waiting == [("q3", 2), ("q4", 3)]


async def test_two_programs_that_talk_to_each_other_stop_soon(
    inbox: SqliteInbox, desk: Desk, told: Told
) -> None:
    async with working(inbox, desk, told=told) as worker:
        for number in range(30):
            await worker.submit(incoming(f"q{number}", ts=f"1700000{number:03d}.000100"))
        assert told.loops == [f"q{number}" for number in range(20, 30)]
        assert (await inbox.census()).states == {"claimed": 1, "stored": 19}


class Stumbling(SqliteInbox):
    """An inbox whose store fails as often as it is told to."""

    failures = 0

    async def claim(self, *, skip: Collection[str] = ()) -> Question | None:
        if self.failures:
            self.failures -= 1
            raise StoreFailed("SQLITE_FULL")
        return await super().claim(skip=skip)


def test_a_store_that_fails_for_a_while_loses_no_question(tmp_path: Path) -> None:
    async def run() -> list[str]:
        async with open_database(tmp_path / "easel.db") as database:
            inbox = Stumbling(database, owner="test")
            desk = Desk(inbox, QuestionJournal(database, owner="test"))
            for number in (1, 2, 3):
                key = thread(number)
                await inbox.put(incoming(f"q{number}", ts=key.root, thread=key), take=False)
                desk.finish(f"q{number}")
            inbox.failures = 3
            async with working(inbox, desk) as worker:
                await worker.until_idle()
                return [desk.settled.get_nowait() for _ in range(desk.settled.qsize())]

    assert sorted(asyncio.run(run())) == ["q1", "q2", "q3"]


class SlowLook(SqliteInbox):
    """An inbox whose claims take as long as the test wants after they have looked."""

    looking: asyncio.Event
    may_go_on: asyncio.Event

    async def claim(self, *, skip: Collection[str] = ()) -> Question | None:
        found = await super().claim(skip=skip)
        self.looking.set()
        await self.may_go_on.wait()
        return found


async def test_an_answer_that_ends_during_a_look_is_looked_after_again(database: Database) -> None:
    inbox = SlowLook(database, owner="test")
    inbox.looking, inbox.may_go_on = asyncio.Event(), asyncio.Event()
    desk = Desk(inbox, QuestionJournal(database, owner="test"))
    async with working(inbox, desk, per_person=1) as worker:
        for number in (1, 2):
            key = thread(number)
            await worker.submit(incoming(f"q{number}", ts=key.root, thread=key))
        assert await desk.next() == "q1"
        # The look finds nothing, because q1's asker has all they may.
        await asyncio.wait_for(inbox.looking.wait(), 5)
        desk.finish("q1")
        await eventually(lambda: not worker._running)
        inbox.may_go_on.set()
        assert await desk.next() == "q2"
