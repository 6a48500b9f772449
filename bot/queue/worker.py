"""Takes questions from the inbox, owns every task, stops in two stages. Answers nothing itself."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, replace

import structlog

from bot.domain.conversation import Incoming, Reach, Thread
from bot.domain.errors import TryLater
from bot.domain.questions import Put, Question
from bot.domain.stores import Inbox
from bot.observability.metrics import Metrics
from bot.queue.attempts import Answering, Attempts, Notices
from bot.queue.fairness import LoopGuard, Shares
from bot.queue.leases import Leases

log = structlog.get_logger(__name__)

# Events that are being stored; each is in memory until it is.
MOST_STORING = 2_000
# Seconds until it is tried again after the store has failed.
_STORE_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """`concurrency` answers at once, `per_person` of them one person's; beyond `backlog` waiting
    questions the asker is told."""

    concurrency: int
    per_person: int
    backlog: int


class Worker:
    """Runs answers side by side, one per thread, oldest question first."""

    def __init__(
        self,
        inbox: Inbox,
        answering: Answering,
        notices: Notices,
        metrics: Metrics,
        bounds: Bounds,
    ) -> None:
        self._inbox = inbox
        self._answering = answering
        self._attempts = Attempts(inbox, answering, metrics)
        self._notices = notices
        self._metrics = metrics
        self._backlog = bounds.backlog
        self._free = asyncio.Semaphore(bounds.concurrency)
        self._shares = Shares(bounds.per_person)
        self._loops = LoopGuard(time.monotonic)
        self._wake = asyncio.Event()
        self._ended_one = asyncio.Event()
        self._stopping = False
        self._changes = 0  # puts and ends, ever; one while we looked means: look again
        self._storing = 0
        self._waiting = 0  # stored, and not yet claimed
        self._later: set[asyncio.TimerHandle] = set()
        self._running: dict[asyncio.Task[None], Question] = {}
        self.leases = Leases(inbox, self._running_ids, self._expect_one)

    async def submit(self, message: Incoming) -> None:
        """Store `message`; it is committed when this returns. Raises `TryLater`: send it again."""
        if self._storing >= MOST_STORING:
            raise TryLater("too many events at once")
        if message.reach is not Reach.OVERHEARD and self._loops.is_loop(message):
            self._metrics.loops.inc()
            self._notices.looks_like_a_loop(message)
            message = replace(message, reach=Reach.OVERHEARD)
        stored = await self._put(message)
        if isinstance(stored, Question) or stored is Put.NEW:
            self._loops.count(message)
        if isinstance(stored, Question):
            self._start(stored)
        elif stored is Put.NEW:
            if self._waiting >= self._backlog:
                self._notices.waits(message, self._waiting)
            self._expect_one()
        elif stored is Put.CHANGED:
            self._start_over(message)

    async def _put(self, message: Incoming) -> Put | Question:
        """Store `message`, and take it in the same transaction where there is room for it."""
        self._storing += 1
        try:
            return await self._put_or_take(message)
        finally:
            self._storing -= 1

    async def _put_or_take(self, message: Incoming) -> Put | Question:
        room = self._shares.has_room(message.sender.id) and not self._free.locked()
        if self._stopping or not room:
            return await self._inbox.put(message, take=False)
        await self._free.acquire()
        stored: Put | Question = Put.NOTHING
        try:
            stored = await self._inbox.put(message, take=True)
        finally:
            if not isinstance(stored, Question):
                self._free.release()
        return stored

    async def retry(self, question_id: int, channel: str, *, go_on: bool) -> bool:
        """Ask a question that failed or waits for a choice; it is committed when this returns."""
        reopened = await self._inbox.reopen(question_id, channel, go_on=go_on)
        if reopened:
            self._expect_one()
        return reopened

    def stop_in(self, thread: Thread) -> bool:
        """End the answer that is being given in `thread`; False where there is none."""
        return self._stop([one for one in self._running.values() if one.thread == thread])

    def stop_question(self, team: str, channel: str, ts: str) -> None:
        """End the answer to a message that is gone, if it is being given."""
        gone = (team, channel, ts)
        running = self._running.values()
        self._stop(
            [one for one in running if (one.thread.team, one.thread.channel, one.ts) == gone]
        )

    def _stop(self, found: list[Question]) -> bool:
        for question in found:
            self._answering.stop(question)
        return bool(found)

    async def take_up(self) -> None:
        """Put back what a process that is gone had claimed. Call it before the first `submit`."""
        self._waiting = await self._inbox.release_all()
        if self._waiting:
            log.info("taking_up", questions=self._waiting)
            self._wake.set()

    async def run(self) -> None:
        """Work until `stop`."""
        renewing = asyncio.create_task(self.leases.keep(), name="leases")
        try:
            while not self._stopping:
                await self._wake.wait()
                self._wake.clear()
                await self._start_what_is_due()
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})

    async def stop(self, grace: float) -> None:
        """Take nothing new, let answers finish for `grace` seconds, then put the rest back."""
        self._stopping = True
        self._wake.set()
        for timer in self._later:
            timer.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        await asyncio.sleep(0)  # every task has taken its first step, and so puts back
        for task in self._running:
            task.cancel()
        while self._running:
            await asyncio.wait(self._running)
        with contextlib.suppress(TryLater):
            await self._inbox.flush()

    async def until_idle(self) -> None:
        """Wait until nothing is being answered and nothing waits."""
        while self._running or self._waiting or self._later:
            self._ended_one.clear()
            await self._ended_one.wait()
        await self._inbox.flush()

    def _must_stop(self) -> bool:
        return self._stopping  # a method, because it changes while we wait

    def _expect_one(self) -> None:
        self._changes += 1
        self._waiting += 1
        self._wake.set()

    def _expect_one_later(self, seconds: float) -> None:
        if seconds <= 0:
            self._expect_one()
            return

        def now() -> None:
            self._later.discard(timer)
            self._expect_one()

        timer = asyncio.get_running_loop().call_later(seconds, now)
        self._later.add(timer)

    def _start_over(self, message: Incoming) -> None:
        """The second view of a post brought its files or its thread after the answer had begun."""
        for task, question in self._running.items():
            place = (question.thread.team, question.thread.channel, question.ts)
            same = place == (message.thread.team, message.thread.channel, message.ts)
            if same and not self._answering.has_shown(question):
                # Soon: a task that is cancelled before its first step would put nothing back.
                asyncio.get_running_loop().call_soon(task.cancel)

    async def _start_what_is_due(self) -> None:
        while self._waiting > 0 and not self._must_stop():
            await self._free.acquire()
            question = None
            changes = self._changes
            try:
                if not self._must_stop():
                    question = await self._inbox.claim(skip=self._shares.full())
            except TryLater as error:
                log.warning("store_failed", at="claim", error=type(error).__name__)
                self._expect_one_later(_STORE_PAUSE)
                return
            finally:
                if question is None:
                    self._free.release()
            if question is not None:
                self._waiting -= 1
                self._start(question)
            elif changes == self._changes:
                # What is left waits for its thread, and the end of that answer looks again.
                if not self._running:
                    self._waiting = 0
                    self._ended_one.set()
                return

    def _start(self, question: Question) -> None:
        task = asyncio.create_task(self._work(question), name=f"question-{question.id}")
        self._running[task] = question
        self._shares.begin(question.asker.id)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        question = self._running.pop(task)
        self._shares.end(question.asker.id)
        self._free.release()
        self._changes += 1
        self._ended_one.set()
        if self._waiting > 0:
            self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("question_left", question=question.id, exc_info=task.exception())

    async def _work(self, question: Question) -> None:
        after: float | None = 0.0
        try:
            after = await self._attempts.run(question)
        finally:
            if after is not None and not self._stopping:
                self._expect_one_later(after)

    def _running_ids(self) -> list[int]:
        return [question.id for question in self._running.values()]
