"""A worker between a queue and an answerer that the test controls, with recorded notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.conversation import IncomingMessage, Person
from bot.domain.questions import Answer, Outcome, Question
from bot.observability.metrics import Metrics
from bot.queue.fairness import WorkerLimits
from bot.queue.worker import Worker
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue

SAM = Person("U0SAM", "T0EASEL")


class ManualAnswerer:
    """An answerer whose questions end when the test calls `finish`."""

    def __init__(self, queue: SqlQuestionQueue, journal: SqlJournal) -> None:
        self.queue = queue
        self.journal = journal
        self.started_questions: asyncio.Queue[Question] = asyncio.Queue()
        self.gates: dict[str, asyncio.Event] = {}
        self.apologies: list[str] = []
        self.settled_texts: asyncio.Queue[str] = asyncio.Queue()
        self.failure: Exception | None = None
        self.has_shown_text = False
        self.stopped_texts: list[str] = []

    async def answer(self, question: Question) -> Outcome:
        self.started_questions.put_nowait(question)
        await self.gates.setdefault(question.text, asyncio.Event()).wait()
        if self.failure is not None:
            raise self.failure
        await self.journal.settle(question, Answer())
        self.queue.mark_delivered(question, Outcome.ANSWERED)
        self.settled_texts.put_nowait(question.text)
        return Outcome.ANSWERED

    async def give_up(self, question: Question, user_message: str) -> Outcome:
        self.apologies.append(user_message)
        await self.journal.settle(question, Answer(note=user_message, outcome=Outcome.FAILED))
        self.queue.mark_delivered(question, Outcome.FAILED)
        self.settled_texts.put_nowait(question.text)
        return Outcome.FAILED

    def has_shown(self, question: Question) -> bool:
        return self.has_shown_text

    def announce_restart(self, question: Question) -> None:
        pass

    def stop(self, question: Question, *, silently: bool = False) -> bool:
        self.stopped_texts.append(question.text)
        self.finish(question.text)
        return True

    def finish(self, text: str) -> None:
        self.gates.setdefault(text, asyncio.Event()).set()

    async def wait_for_next(self) -> str:
        return (await asyncio.wait_for(self.started_questions.get(), 60)).text


class RecordingNotices:
    """Records the notices to people."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, int]] = []
        self.loops: list[str] = []
        self.late: list[str] = []
        self.limited: list[str] = []

    def notify_waiting(self, message: IncomingMessage, waiting_count: int) -> None:
        self.waiting.append((message.text, waiting_count))

    def notify_loop(self, message: IncomingMessage) -> None:
        self.loops.append(message.text)

    def notify_program_limit(self, message: IncomingMessage) -> None:
        self.limited.append(message.text)

    def notify_late_files(self, message: IncomingMessage) -> None:
        self.late.append(message.text)


@asynccontextmanager
async def run_worker(
    queue: SqlQuestionQueue,
    answerer: ManualAnswerer,
    *,
    notices: RecordingNotices | None = None,
    concurrency: int = 2,
    per_person: int = 99,
    backlog: int = 99,
) -> AsyncIterator[Worker]:
    bounds = WorkerLimits(concurrency, per_person, backlog)
    worker = Worker(queue, answerer, notices or RecordingNotices(), Metrics(), bounds)
    await worker.recover()
    running = asyncio.create_task(worker.run())
    yield worker
    await worker.stop(grace_seconds=0)
    await running
