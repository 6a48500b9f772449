"""Who works when: parallel across threads, in order within one, orderly at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.errors import TryLater
from bot.types import Answered, Outcome, Question, Reach
from bot.worker import Worker
from storage.database import Database
from storage.inbox import SqliteInbox
from tests.fakes.values import incoming, picture_file, thread


class Desk:
    """Answers by hand: a question ends when the test says so."""

    def __init__(self, inbox: SqliteInbox) -> None:
        self.inbox = inbox
        self.begun: asyncio.Queue[Question] = asyncio.Queue()
        self.gates: dict[str, asyncio.Event] = {}
        self.apologies: list[str] = []
        self.settled: asyncio.Queue[str] = asyncio.Queue()
        self.failure: Exception | None = None
        self.shown = False

    async def answer(self, question: Question) -> None:
        self.begun.put_nowait(question)
        await self.gates.setdefault(question.text, asyncio.Event()).wait()
        if self.failure is not None:
            raise self.failure
        await self.inbox.settle(question, Outcome.ANSWERED, Answered("", ""))
        self.settled.put_nowait(question.text)

    async def apologise(self, question: Question, said: str) -> None:
        self.apologies.append(said)
        self.settled.put_nowait(question.text)

    def has_shown(self, question: Question) -> bool:
        return self.shown

    def finish(self, text: str) -> None:
        self.gates.setdefault(text, asyncio.Event()).set()

    async def next(self) -> str:
        return (await asyncio.wait_for(self.begun.get(), 5)).text


@pytest.fixture
def inbox(database: Database) -> SqliteInbox:
    return SqliteInbox(database)


@pytest.fixture
def desk(inbox: SqliteInbox) -> Desk:
    return Desk(inbox)


@pytest.fixture
async def worker(inbox: SqliteInbox, desk: Desk) -> AsyncIterator[Worker]:
    worker = Worker(inbox, desk, concurrency=2)
    await worker.take_up()
    running = asyncio.create_task(worker.run())
    yield worker
    await worker.stop(grace=0)
    await running


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
    worker = Worker(inbox, desk, concurrency=1)
    await worker.take_up()
    running = asyncio.create_task(worker.run())

    assert await desk.next() == "left over"
    await worker.stop(grace=0)
    await running


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
    desk.failure = TryLater("upstream 503", said="The model is busy.")
    await worker.submit(incoming("q"))
    await desk.next()
    desk.finish("q")
    await asyncio.wait_for(desk.settled.get(), 5)
    assert desk.apologies == ["The model is busy."]


async def test_stopping_lets_an_answer_finish_within_the_grace(
    inbox: SqliteInbox, desk: Desk
) -> None:
    worker = Worker(inbox, desk, concurrency=1)
    await worker.take_up()
    running = asyncio.create_task(worker.run())
    await worker.submit(incoming("q"))
    await desk.next()
    stopping = asyncio.create_task(worker.stop(grace=60))
    await asyncio.sleep(0)
    desk.finish("q")
    await asyncio.wait_for(stopping, 5)
    await running

    assert desk.settled.get_nowait() == "q"
    assert await inbox.release_all() == 0


async def test_what_is_not_finished_in_time_goes_back_and_does_not_count(
    inbox: SqliteInbox, desk: Desk
) -> None:
    worker = Worker(inbox, desk, concurrency=1)
    await worker.take_up()
    running = asyncio.create_task(worker.run())
    await worker.submit(incoming("q"))
    await desk.next()
    await worker.stop(grace=0)
    await running

    again = await inbox.claim()
    assert again is not None and again.attempt == 1


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
