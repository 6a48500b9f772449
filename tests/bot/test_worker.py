"""Who works when: parallel across threads, in order within one, orderly at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import GiveUp, StoreFailed, TryLater
from bot.metrics import Metrics
from bot.types import Answer, Incoming, Outcome, Person, Question, Reach
from bot.worker import Bounds, Worker
from storage.database import Database, open_database
from storage.inbox import LEASE_SECONDS, SqliteInbox
from storage.journal import QuestionJournal
from tests.fakes.easel import eventually
from tests.fakes.values import incoming, picture_file, thread

SAM = Person("U0SAM", "T0EASEL")


class Desk:
    """Answers by hand: a question ends when the test says so."""

    def __init__(self, inbox: SqliteInbox, journal: QuestionJournal) -> None:
        self.inbox = inbox
        self.journal = journal
        self.begun: asyncio.Queue[Question] = asyncio.Queue()
        self.gates: dict[str, asyncio.Event] = {}
        self.apologies: list[str] = []
        self.settled: asyncio.Queue[str] = asyncio.Queue()
        self.failure: Exception | None = None
        self.shown = False
        self.stopped: list[str] = []

    async def answer(self, question: Question) -> Outcome:
        self.begun.put_nowait(question)
        await self.gates.setdefault(question.text, asyncio.Event()).wait()
        if self.failure is not None:
            raise self.failure
        await self.journal.settle(question, Answer())
        self.inbox.shown(question, Outcome.ANSWERED)
        self.settled.put_nowait(question.text)
        return Outcome.ANSWERED

    async def give_up(self, question: Question, said: str) -> Outcome:
        self.apologies.append(said)
        await self.journal.settle(question, Answer(note=said, outcome=Outcome.FAILED))
        self.inbox.shown(question, Outcome.FAILED)
        self.settled.put_nowait(question.text)
        return Outcome.FAILED

    def has_shown(self, question: Question) -> bool:
        return self.shown

    def stop(self, question: Question) -> None:
        self.stopped.append(question.text)
        self.finish(question.text)

    def finish(self, text: str) -> None:
        self.gates.setdefault(text, asyncio.Event()).set()

    async def next(self) -> str:
        return (await asyncio.wait_for(self.begun.get(), 5)).text


class Told:
    """Remembers what people were told."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, int]] = []
        self.loops: list[str] = []

    def waits(self, message: Incoming, before: int) -> None:
        self.waiting.append((message.text, before))

    def looks_like_a_loop(self, message: Incoming) -> None:
        self.loops.append(message.text)


@pytest.fixture
def inbox(database: Database) -> SqliteInbox:
    return SqliteInbox(database, owner="test")


@pytest.fixture
def desk(database: Database, inbox: SqliteInbox) -> Desk:
    return Desk(inbox, QuestionJournal(database, owner="test"))


@pytest.fixture
def told() -> Told:
    return Told()


@asynccontextmanager
async def working(
    inbox: SqliteInbox,
    desk: Desk,
    *,
    told: Told | None = None,
    concurrency: int = 2,
    per_person: int = 99,
    backlog: int = 99,
) -> AsyncIterator[Worker]:
    bounds = Bounds(concurrency, per_person, backlog)
    worker = Worker(inbox, desk, told or Told(), Metrics(), bounds)
    await worker.take_up()
    running = asyncio.create_task(worker.run())
    yield worker
    await worker.stop(grace=0)
    await running


@pytest.fixture
async def worker(inbox: SqliteInbox, desk: Desk) -> AsyncIterator[Worker]:
    async with working(inbox, desk) as worker:
        yield worker


async def test_threads_run_side_by_side_up_to_the_limit(worker: Worker, desk: Desk) -> None:
    for number in (1, 2, 3):
        await worker.submit(incoming(f"q{number}", ts=thread(number).root, thread=thread(number)))
    assert {await desk.next(), await desk.next()} == {"q1", "q2"}
    assert desk.begun.empty()

    desk.finish("q1")
    assert await desk.next() == "q3"


async def test_the_next_in_a_thread_starts_when_the_first_ends(worker: Worker, desk: Desk) -> None:
    await worker.submit(incoming("first"))
    assert await desk.next() == "first"
    await worker.submit(incoming("second", ts="1700000000.000200", reach=Reach.THREAD))
    assert desk.begun.empty()

    desk.finish("first")
    assert await desk.next() == "second"


async def test_what_waits_from_before_is_taken_up_at_the_start(
    inbox: SqliteInbox, desk: Desk
) -> None:
    await inbox.put(incoming("left over"), take=False)
    await inbox.claim()
    async with working(inbox, desk):
        assert await desk.next() == "left over"


async def test_a_bug_in_one_answer_ends_in_an_apology_and_touches_no_other(
    worker: Worker, desk: Desk
) -> None:
    desk.failure = KeyError("a secret from the traceback")
    await worker.submit(incoming("bad"))
    assert await desk.next() == "bad"
    desk.finish("bad")
    await asyncio.wait_for(desk.settled.get(), 5)
    assert desk.apologies == ["Something went wrong on my side. Please ask again."]

    desk.failure = None
    await worker.submit(incoming("good", ts=thread(5).root, thread=thread(5)))
    assert await desk.next() == "good"


async def test_an_expected_failure_says_its_own_sentence(worker: Worker, desk: Desk) -> None:
    desk.failure = GiveUp("no scope", said="The model is not there.")
    await worker.submit(incoming("q"))
    await desk.next()
    desk.finish("q")
    await asyncio.wait_for(desk.settled.get(), 5)
    assert desk.apologies == ["The model is not there."]


async def test_what_may_pass_is_tried_again_later_and_holds_up_nobody(
    inbox: SqliteInbox, desk: Desk
) -> None:
    async with working(inbox, desk, concurrency=1) as worker:
        desk.failure = TryLater("Slack is away")
        await worker.submit(incoming("q"))
        assert await desk.next() == "q"
        desk.finish("q")
        await worker.submit(incoming("other", ts=thread(5).root, thread=thread(5)))
        assert await desk.next() == "other"
        assert desk.apologies == []


async def test_slack_being_away_does_not_count_against_a_question(
    inbox: SqliteInbox, desk: Desk
) -> None:
    desk.failure = TryLater("Slack is away")
    async with working(inbox, desk) as worker:
        await worker.submit(incoming("q"))
        await desk.next()
        desk.finish("q")
        await eventually(lambda: not worker._running)
    await inbox.release_all()
    again = await inbox.claim()
    assert again is not None and (again.attempt, again.claims) == (1, 2)


async def test_stopping_lets_an_answer_finish_within_the_grace(
    inbox: SqliteInbox, desk: Desk
) -> None:
    async with working(inbox, desk) as worker:
        await worker.submit(incoming("q"))
        await desk.next()
        stopping = asyncio.create_task(worker.stop(grace=60))
        await asyncio.sleep(0)
        desk.finish("q")
        await asyncio.wait_for(stopping, 5)

    assert desk.settled.get_nowait() == "q"
    assert await inbox.release_all() == 0


async def test_what_is_not_finished_in_time_goes_back_and_does_not_count(
    inbox: SqliteInbox, desk: Desk
) -> None:
    async with working(inbox, desk) as worker:
        await worker.submit(incoming("q"))
        await desk.next()

    again = await inbox.claim()
    assert again is not None and (again.attempt, again.claims) == (1, 2)


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


async def test_a_failed_question_is_asked_again_when_its_button_is_pressed(
    worker: Worker, desk: Desk
) -> None:
    desk.failure = GiveUp("no")
    await worker.submit(incoming("q"))
    question = await asyncio.wait_for(desk.begun.get(), 5)
    desk.finish("q")
    await worker.until_idle()
    desk.failure = None

    assert await worker.retry(question.id, question.thread.channel)
    assert await desk.next() == "q"
    assert not await worker.retry(question.id, question.thread.channel)


async def test_the_persons_stop_reaches_the_answer_of_its_thread_only(
    worker: Worker, desk: Desk
) -> None:
    await worker.submit(incoming("q"))
    await desk.next()
    assert not worker.stop_in(thread(3))
    assert worker.stop_in(incoming("q").thread)
    assert desk.stopped == ["q"]


async def test_a_lease_that_lapsed_is_taken_up_again(inbox: SqliteInbox, desk: Desk) -> None:
    now = [1000.0]
    inbox._clock = lambda: now[0]
    async with working(inbox, desk) as worker:
        await inbox.put(incoming("lost"), take=True)  # by nobody who runs
        now[0] += LEASE_SECONDS + 1
        await worker.leases.renew()
        assert await desk.next() == "lost"


async def test_files_of_the_second_view_start_an_answer_over_that_shows_nothing_yet(
    worker: Worker, desk: Desk
) -> None:
    await worker.submit(incoming("look"))
    await desk.next()
    await worker.submit(incoming("look", event_id="Ev2", files=(picture_file(),)))

    again = await asyncio.wait_for(desk.begun.get(), 5)
    assert again.files == (picture_file(),)


async def test_an_answer_that_is_already_visible_is_not_started_over(
    worker: Worker, desk: Desk
) -> None:
    desk.shown = True
    await worker.submit(incoming("look"))
    await desk.next()
    await worker.submit(incoming("look", event_id="Ev2", files=(picture_file(),)))
    desk.finish("look")
    assert await asyncio.wait_for(desk.settled.get(), 5) == "look"
    assert desk.begun.empty()


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
