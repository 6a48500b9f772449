"""Answers by hand, what people were told, and a worker between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.conversation import Incoming, Person
from bot.domain.questions import Answer, Outcome, Question
from bot.observability.metrics import Metrics
from bot.queue.worker import Bounds, Worker
from storage.queue.journal import QuestionJournal
from storage.queue.sqlite import SqliteInbox

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
