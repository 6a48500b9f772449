"""Takes questions from the inbox, owns every task, stops in two stages. Answers nothing itself."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Protocol

from bot.errors import EaselError
from bot.ports import Inbox
from bot.types import Answered, Incoming, Outcome, Put, Question

log = logging.getLogger(__name__)


class Answering(Protocol):
    async def answer(self, question: Question) -> None:
        """Answer and settle `question`."""
        ...

    async def apologise(self, question: Question, said: str) -> None:
        """Say `said` in the question's thread."""
        ...

    def has_shown(self, question: Question) -> bool:
        """Whether some of the answer that is being given is already visible."""
        ...


class Worker:
    """Runs up to `concurrency` answers at once, one per thread, oldest question first."""

    def __init__(self, inbox: Inbox, answering: Answering, *, concurrency: int) -> None:
        self._inbox = inbox
        self._answering = answering
        self._free = asyncio.Semaphore(concurrency)
        self._wake = asyncio.Event()
        self._ended_one = asyncio.Event()
        self._stopping = False
        self._puts = 0  # ever; a change while we looked means: look again
        self._waiting = 0  # stored, and not yet claimed
        self._running: dict[asyncio.Task[None], Question] = {}

    async def submit(self, message: Incoming) -> None:
        """Store `message`; it is committed when this returns."""
        take = not self._stopping and not self._free.locked()
        if take:
            await self._free.acquire()
        try:
            stored = await self._inbox.put(message, take=take)
        except BaseException:
            if take:
                self._free.release()
            raise
        if isinstance(stored, Question):
            self._start(stored)
            return
        if take:
            self._free.release()
        if stored is Put.NEW:
            self._expect_one()
        elif stored is Put.CHANGED:
            self._start_over(message)

    async def take_up(self) -> None:
        """Put back what a process that is gone had claimed. Call it before the first `submit`."""
        self._waiting = await self._inbox.release_all()
        if self._waiting:
            log.info("%d questions are waiting from before", self._waiting)
            self._wake.set()

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping:
            await self._wake.wait()
            self._wake.clear()
            await self._start_what_is_due()

    async def stop(self, grace: float) -> None:
        """Take nothing new, let answers finish for `grace` seconds, then put the rest back."""
        self._stopping = True
        self._wake.set()
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        for task in self._running:
            task.cancel()
        while self._running:
            await asyncio.wait(self._running)

    async def until_idle(self) -> None:
        """Wait until nothing is being answered and nothing waits."""
        while self._running or self._waiting:
            self._ended_one.clear()
            await self._ended_one.wait()

    def _must_stop(self) -> bool:
        return self._stopping  # a method, because it changes while we wait

    def _expect_one(self) -> None:
        self._puts += 1
        self._waiting += 1
        self._wake.set()

    def _start_over(self, message: Incoming) -> None:
        """The second view of a post brought its files after the answer had begun without them."""
        for task, question in self._running.items():
            same = question.thread == message.thread and question.ts == message.ts
            if same and not self._answering.has_shown(question):
                task.cancel()

    async def _start_what_is_due(self) -> None:
        while self._waiting > 0 and not self._must_stop():
            await self._free.acquire()
            if self._must_stop():
                self._free.release()
                return
            puts = self._puts
            question = await self._inbox.claim()
            if question is not None:
                self._waiting -= 1
                self._start(question)
                continue
            self._free.release()
            if puts == self._puts:
                # What is left waits for its thread, and the end of that answer looks again.
                if not self._running:
                    self._waiting = 0
                return

    def _start(self, question: Question) -> None:
        task = asyncio.create_task(self._work(question), name=f"question-{question.id}")
        self._running[task] = question
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._free.release()
        self._ended_one.set()
        if self._waiting > 0:
            self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("settling a question failed", exc_info=task.exception())

    async def _work(self, question: Question) -> None:
        started = time.monotonic()
        try:
            await self._answering.answer(question)
        except asyncio.CancelledError:
            await self._inbox.put_back(question)
            self._expect_one()
            raise
        except EaselError as error:
            log.warning("question %d failed: %s: %s", question.id, type(error).__name__, error)
            await self._give_up(question, error.said)
        except Exception:
            # The one broad except: a bug must not take the other questions with it.
            log.exception("bug while answering question %d", question.id)
            await self._give_up(question, EaselError.said)
        log.info("question %d done in %.2f s", question.id, time.monotonic() - started)

    async def _give_up(self, question: Question, said: str) -> None:
        try:
            await self._answering.apologise(question, said)
        except EaselError as error:
            log.warning("could not say so either: %s: %s", type(error).__name__, error)
        await self._inbox.settle(question, Outcome.FAILED, Answered("", ""))
