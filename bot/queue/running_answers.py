"""Owns the task of every running answer. `worker.py` decides which question is claimed when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from typing import Any

import structlog

from bot.domain.conversation import Thread
from bot.domain.questions import SUSPECT_CRASHES, Question
from bot.queue.turns import set_turns

log = structlog.get_logger(__name__)


class RunningAnswers:
    """Runs `run(question)` as a task for each question, and calls `on_end` after its end."""

    def __init__(
        self,
        run: Callable[[Question], Coroutine[Any, Any, None]],
        on_end: Callable[[], None],
    ) -> None:
        self._run = run
        self._on_end = on_end
        self._questions: dict[asyncio.Task[None], tuple[Question, float]] = {}
        self._broken_off = set[asyncio.Task[None]]()

    def __len__(self) -> int:
        return len(self._questions)

    def start(self, question: Question) -> asyncio.Task[None]:
        """Start the answer to a claimed question; return its task."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._run(question), name=f"question-{question.id}")
        self._questions[task] = question, loop.time()
        set_turns(len(self._questions))
        task.add_done_callback(self._handle_end)
        return task

    def list_begun(self) -> list[tuple[Question, float]]:
        """Return the questions that are being answered, and the loop times at which they began."""
        return list(self._questions.values())

    def mark_suspects(self) -> None:
        """Note that every running question is a suspect now, unless there was one before."""
        if any(question.is_suspect for question, _ in self._questions.values()):
            return
        for task, (question, begun_at) in self._questions.items():
            self._questions[task] = replace(question, crashes=SUSPECT_CRASHES), begun_at

    def list_ids(self) -> list[int]:
        """Return the ids of the questions that are being answered."""
        return [question.id for question, _ in self._questions.values()]

    def find_by_thread(self, thread: Thread) -> list[Question]:
        """Return the questions of `thread` that are being answered."""
        return [question for question, _ in self._questions.values() if question.thread == thread]

    def find_by_message(self, team: str, channel: str, ts: str) -> list[Question]:
        """Return the questions asked by one message that are being answered."""
        return [
            question
            for question, _ in self._questions.values()
            if (question.thread.team, question.thread.channel, question.ts) == (team, channel, ts)
        ]

    def cancel_soon(self, question: Question) -> None:
        """Cancel the task of `question` once it has begun to run; once, however often it is called:
        what the task does at its end is done to its end."""
        for task, (running, _) in self._questions.items():
            if running is question and task not in self._broken_off:
                self._broken_off.add(task)
                # A task that is cancelled before its first step could not put its question back.
                asyncio.get_running_loop().call_soon(task.cancel)

    def cancel(self, ids: Collection[int]) -> None:
        """Cancel the tasks of these questions now, before any of them takes another step."""
        for task, (question, _) in self._questions.items():
            if question.id in ids:
                task.cancel()

    async def stop(self, grace_seconds: float) -> None:
        """Let answers finish for `grace_seconds`, cancel the others, wait for the end of all."""
        if self._questions:
            await asyncio.wait(self._questions, timeout=grace_seconds)
        await asyncio.sleep(0)  # as in `cancel_soon`: every task takes its first step
        for task in self._questions:
            task.cancel()
        while self._questions:
            await asyncio.wait(self._questions)

    def _handle_end(self, task: asyncio.Task[None]) -> None:
        question, _ = self._questions.pop(task)
        self._broken_off.discard(task)
        set_turns(len(self._questions))
        self._on_end()
        if not task.cancelled() and task.exception() is not None:
            log.error("question_left", question=question.id, exc_info=task.exception())
