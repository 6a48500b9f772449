"""Easel's worker and its store on a virtual clock: processes that start, stop and are killed."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

from bot.domain.conversation import IncomingMessage, Person
from bot.domain.errors import TransientError
from bot.domain.questions import Answer, Outcome, Question
from bot.observability.metrics import Metrics
from bot.queue.fairness import WorkerLimits
from bot.queue.worker import Worker
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from tests.support.desk import RecordingNotices
from tests.support.inline_database import InlineDatabase
from tests.support.values import build_incoming_message, build_thread
from tests.support.virtual_time import VirtualLoop

CHANNEL = "C0GENERAL"
WIDE_LIMITS = WorkerLimits(concurrency=64, per_person=64, backlog=99)


@dataclass(slots=True)
class Plan:
    """How attempts at a question end: one after the other, then the last one again."""

    ends: list[str] = field(default_factory=lambda: ["ok"])
    seconds: float = 0.0


class PlannedAnswerer:
    """Answers as planned by the text of the question."""

    def __init__(self, queue: SqlQuestionQueue, journal: SqlJournal) -> None:
        self._queue = queue
        self._journal = journal
        self.plans: dict[str, Plan] = {}
        self.running: Counter[str] = Counter()  # by thread
        self.begun: list[str] = []
        self.kill = asyncio.Event()  # a question has ended the process

    async def answer(self, question: Question) -> Outcome:
        self.begun.append(question.text)
        self.running[question.thread.root] += 1
        assert self.running[question.thread.root] == 1, "two answers in one thread"
        try:
            return await self._end_as_planned(question)
        finally:
            self.running[question.thread.root] -= 1

    async def _end_as_planned(self, question: Question) -> Outcome:
        plan = self.plans.get(question.text, Plan())
        end = plan.ends.pop(0) if len(plan.ends) > 1 else plan.ends[0]
        await asyncio.sleep(plan.seconds)
        match end:
            case "away":
                plan.ends = plan.ends if len(plan.ends) > 1 else ["ok"]
                raise TransientError("Slack is away")
            case "bug":
                raise KeyError("a bug")
            case "kill":
                self.kill.set()
                await asyncio.Event().wait()
                raise AssertionError("the process has ended")
            case _:
                return await self._settle(question, Outcome.ANSWERED)

    async def give_up(self, question: Question, user_message: str) -> Outcome:
        return await self._settle(question, Outcome.FAILED)

    async def _settle(self, question: Question, outcome: Outcome) -> Outcome:
        if question.answer is None:
            await self._journal.settle(question, Answer("a", outcome=outcome))
        self._queue.mark_delivered(question, outcome)
        return outcome

    def has_shown(self, question: Question) -> bool:
        return False

    def announce_restart(self, question: Question) -> None:
        pass

    def stop(self, question: Question, *, silently: bool = False) -> bool:
        return True


class VirtualEasel:
    """One worker after the other, on one database. `skew` moves the wall clock, in seconds."""

    def __init__(self, limits: WorkerLimits, delays: Iterator[float] | None = None) -> None:
        self.loop = VirtualLoop()
        self.database = InlineDatabase(delays or itertools.repeat(0.001))
        self.skew = 1_000_000.0
        self.plans: dict[str, Plan] = {}
        self.begun: list[str] = []  # the texts of all attempts, in order
        self.worker: Worker | None = None
        self.answerer: PlannedAnswerer | None = None
        self._limits = limits
        self._owners = itertools.count()
        self._task: asyncio.Task[None] | None = None

    def read_clock(self) -> float:
        return self.loop.time() + self.skew

    async def start(self, *, has_stalled: bool = False) -> Worker:
        database, owner = cast(Database, self.database), f"process {next(self._owners)}"
        queue = SqlQuestionQueue(database, owner=owner, clock=self.read_clock)
        journal = SqlJournal(database, owner=owner, clock=self.read_clock)
        self.answerer = PlannedAnswerer(queue, journal)
        self.answerer.plans, self.answerer.begun = self.plans, self.begun
        self.worker = Worker(queue, self.answerer, RecordingNotices(), Metrics(), self._limits)
        await self.worker.recover(has_stalled=has_stalled)
        self._task = asyncio.create_task(self.worker.run())
        return self.worker

    async def stop(self, grace_seconds: float) -> None:
        assert self.worker is not None and self._task is not None
        worker, self.worker = self.worker, None
        await worker.stop(grace_seconds)
        await self._task

    async def kill(self) -> None:
        """End every task of the process without letting it write anything."""
        self.worker = None
        self.database.is_failing = True
        me = asyncio.current_task()
        while others := asyncio.all_tasks() - {me}:
            for task in others:
                task.cancel()
            await asyncio.wait(others, timeout=1.0)
        self.database.forget_deferred()
        self.database.is_failing = False

    def read_rows(self, columns: str) -> list[Any]:
        """Return these columns of all questions, in the order in which they were stored."""
        sql = f"SELECT {columns} FROM questions ORDER BY id"
        return list(self.database.run_now(lambda c: c.exec_driver_sql(sql).all()))

    def close(self) -> None:
        self.loop.run(self.kill())
        self.database.close()
        self.loop.close()


def build_numbered_message(number: int) -> IncomingMessage:
    """Build a question of a person and a thread of its own."""
    thread = build_thread(number)
    message = build_incoming_message(f"q{number}", ts=thread.root, thread=thread)
    return replace(message, sender=Person(f"U{number}", "T0EASEL"))


async def submit_questions(easel: VirtualEasel, numbers: range, seconds: float = 3.0) -> None:
    """Submit numbered messages; each is answered within `seconds`, unless it has another plan."""
    for number in numbers:
        easel.plans.setdefault(f"q{number}", Plan(["ok"], seconds))
        assert easel.worker is not None
        await easel.worker.submit(build_numbered_message(number))
