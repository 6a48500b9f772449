"""Owns the task of every running answer, and bounds how many run at once, in all and per person.

`worker.py` decides which question is claimed when.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

from bot.domain.conversation import Thread
from bot.domain.questions import Question
from bot.queue.fairness import PersonLimiter

T = TypeVar("T")

log = structlog.get_logger(__name__)


class RunningAnswers:
    """Runs `run(question)` as a task for each question, and calls `on_end` after its end.

    `max_running` tasks run at once, `max_per_person` of them for one person.
    """

    def __init__(
        self,
        run: Callable[[Question], Coroutine[Any, Any, None]],
        on_end: Callable[[], None],
        *,
        max_running: int,
        max_per_person: int,
    ) -> None:
        self._run = run
        self._on_end = on_end
        self._slots = asyncio.Semaphore(max_running)
        self._person_limiter = PersonLimiter(max_per_person)
        self._questions: dict[asyncio.Task[None], Question] = {}

    def __len__(self) -> int:
        return len(self._questions)

    def has_room(self, person: str) -> bool:
        """Whether an answer for the person with this id may start now."""
        return self._person_limiter.has_room(person) and not self._slots.locked()

    def list_full(self) -> list[str]:
        """Return the ids of people who have as many running answers as one person may."""
        return self._person_limiter.list_full()

    async def claim_and_start(self, claim: Callable[[], Awaitable[T]]) -> T:
        """Wait until one more answer may run, then call `claim`; return its result.

        Where that is a question, its answer has been started. Raises what `claim` raises.
        """
        await self._slots.acquire()
        is_started = False
        try:
            result = await claim()
            if isinstance(result, Question):
                self._start(result)
                is_started = True
            return result
        finally:
            if not is_started:
                self._slots.release()

    def list_ids(self) -> list[int]:
        """Return the ids of the questions that are being answered."""
        return [question.id for question in self._questions.values()]

    def find_by_thread(self, thread: Thread) -> list[Question]:
        """Return the questions of `thread` that are being answered."""
        return [question for question in self._questions.values() if question.thread == thread]

    def find_by_message(self, team: str, channel: str, ts: str) -> list[Question]:
        """Return the questions asked by one message that are being answered."""
        return [
            question
            for question in self._questions.values()
            if (question.thread.team, question.thread.channel, question.ts) == (team, channel, ts)
        ]

    def cancel_soon(self, question: Question) -> None:
        """Cancel the task of `question` once it has begun to run."""
        for task, running in self._questions.items():
            if running is question:
                # A task that is cancelled before its first step could not put its question back.
                asyncio.get_running_loop().call_soon(task.cancel)

    async def stop(self, grace_seconds: float) -> None:
        """Let answers finish for `grace_seconds`, cancel the others, wait for the end of all."""
        if self._questions:
            await asyncio.wait(self._questions, timeout=grace_seconds)
        await asyncio.sleep(0)  # as in `cancel_soon`: every task takes its first step
        for task in self._questions:
            task.cancel()
        while self._questions:
            await asyncio.wait(self._questions)

    def _start(self, question: Question) -> None:
        task = asyncio.create_task(self._run(question), name=f"question-{question.id}")
        self._questions[task] = question
        self._person_limiter.begin(question.asker.id)
        task.add_done_callback(self._handle_end)

    def _handle_end(self, task: asyncio.Task[None]) -> None:
        question = self._questions.pop(task)
        self._person_limiter.end(question.asker.id)
        self._slots.release()
        self._on_end()
        if not task.cancelled() and task.exception() is not None:
            log.error("question_left", question=question.id, exc_info=task.exception())
