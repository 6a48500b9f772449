"""Takes questions from the inbox, owns every task, stops in two stages. Answers nothing itself."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, replace

import structlog

from bot.domain.conversation import IncomingMessage, Thread, Trigger
from bot.domain.errors import TransientError
from bot.domain.questions import EnqueueResult, Question
from bot.domain.stores import QuestionQueue
from bot.observability.metrics import Metrics
from bot.queue.attempts import AttemptRunner, Notices, QuestionAnswerer
from bot.queue.fairness import LoopGuard, PersonLimiter
from bot.queue.leases import LeaseRenewer

log = structlog.get_logger(__name__)

# Events that are being stored; each is in memory until it is.
MAX_PENDING_STORES = 2_000
# Seconds until it is tried again after the store has failed.
_STORE_RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """`concurrency` answers at once, `per_person` of them one person's; beyond `backlog` waiting
    questions the asker is told."""

    concurrency: int
    per_person: int
    backlog: int


class Worker:
    """Runs answers side by side, one per thread, oldest question first."""

    def __init__(
        self,
        queue: QuestionQueue,
        answerer: QuestionAnswerer,
        notices: Notices,
        metrics: Metrics,
        limits: WorkerLimits,
    ) -> None:
        self._queue = queue
        self._answerer = answerer
        self._attempt_runner = AttemptRunner(queue, answerer, metrics)
        self._notices = notices
        self._metrics = metrics
        self._backlog = limits.backlog
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._person_limiter = PersonLimiter(limits.per_person)
        self._loop_guard = LoopGuard(time.monotonic)
        self._wake = asyncio.Event()
        self._question_ended = asyncio.Event()
        self._is_stopping = False
        self._change_count = 0  # puts and ends, ever; one while we looked means: look again
        self._storing_count = 0
        self._waiting_count = 0  # stored, and not yet claimed
        self._timers: set[asyncio.TimerHandle] = set()
        self._running: dict[asyncio.Task[None], Question] = {}
        self.lease_renewer = LeaseRenewer(queue, self._list_running_ids, self._add_waiting)

    async def submit(self, message: IncomingMessage) -> None:
        """Store `message`; it is committed when this returns. Raises `TryLater`: send it again."""
        if self._storing_count >= MAX_PENDING_STORES:
            raise TransientError("too many events at once")
        if message.trigger is not Trigger.OVERHEARD and self._loop_guard.is_loop(message):
            self._metrics.stopped_loops.inc()
            self._notices.notify_loop(message)
            message = replace(message, trigger=Trigger.OVERHEARD)
        stored = await self._enqueue(message)
        if isinstance(stored, Question) or stored is EnqueueResult.NEW:
            self._loop_guard.count(message)
        if isinstance(stored, Question):
            self._start(stored)
        elif stored is EnqueueResult.NEW:
            if self._waiting_count >= self._backlog:
                self._notices.notify_waiting(message, self._waiting_count)
            self._add_waiting()
        elif stored is EnqueueResult.UPDATED:
            self._restart(message)

    async def _enqueue(self, message: IncomingMessage) -> EnqueueResult | Question:
        """Store `message`, and take it in the same transaction where there is room for it."""
        self._storing_count += 1
        try:
            return await self._enqueue_or_claim(message)
        finally:
            self._storing_count -= 1

    async def _enqueue_or_claim(self, message: IncomingMessage) -> EnqueueResult | Question:
        room = self._person_limiter.has_room(message.sender.id) and not self._slots.locked()
        if self._is_stopping or not room:
            return await self._queue.enqueue(message, claim=False)
        await self._slots.acquire()
        stored: EnqueueResult | Question = EnqueueResult.DUPLICATE
        try:
            stored = await self._queue.enqueue(message, claim=True)
        finally:
            if not isinstance(stored, Question):
                self._slots.release()
        return stored

    async def retry(self, question_id: int, channel: str, *, go_on: bool) -> bool:
        """Ask a question that failed or waits for a choice; it is committed when this returns."""
        reopened = await self._queue.retry(question_id, channel, go_on=go_on)
        if reopened:
            self._add_waiting()
        return reopened

    def stop_thread(self, thread: Thread) -> bool:
        """End the answer that is being given in `thread`; False where there is none."""
        return self._stop_questions([one for one in self._running.values() if one.thread == thread])

    def stop_question(self, team: str, channel: str, ts: str) -> None:
        """End the answer to a message that is gone, if it is being given."""
        gone = (team, channel, ts)
        running = self._running.values()
        self._stop_questions(
            [one for one in running if (one.thread.team, one.thread.channel, one.ts) == gone]
        )

    def _stop_questions(self, questions: list[Question]) -> bool:
        for question in questions:
            self._answerer.stop(question)
        return bool(questions)

    async def take_up(self) -> None:
        """Put back what a process that is gone had claimed. Call it before the first `submit`."""
        self._waiting_count = await self._queue.recover_expired()
        if self._waiting_count:
            log.info("taking_up", questions=self._waiting_count)
            self._wake.set()

    async def run(self) -> None:
        """Work until `stop`."""
        renewing = asyncio.create_task(self.lease_renewer.run(), name="leases")
        try:
            while not self._is_stopping:
                await self._wake.wait()
                self._wake.clear()
                await self._start_due_questions()
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})

    async def stop(self, grace_seconds: float) -> None:
        """Take nothing new, let answers finish for `grace` seconds, then put the rest back."""
        self._is_stopping = True
        self._wake.set()
        for timer in self._timers:
            timer.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=grace_seconds)
        await asyncio.sleep(0)  # every task has taken its first step, and so puts back
        for task in self._running:
            task.cancel()
        while self._running:
            await asyncio.wait(self._running)
        with contextlib.suppress(TransientError):
            await self._queue.flush()

    async def wait_until_idle(self) -> None:
        """Wait until nothing is being answered and nothing waits."""
        while self._running or self._waiting_count or self._timers:
            self._question_ended.clear()
            await self._question_ended.wait()
        await self._queue.flush()

    def _should_stop(self) -> bool:
        return self._is_stopping  # a method, because it changes while we wait

    def _add_waiting(self) -> None:
        self._change_count += 1
        self._waiting_count += 1
        self._wake.set()

    def _add_waiting_later(self, seconds: float) -> None:
        if seconds <= 0:
            self._add_waiting()
            return

        def add_now() -> None:
            self._timers.discard(timer)
            self._add_waiting()

        timer = asyncio.get_running_loop().call_later(seconds, add_now)
        self._timers.add(timer)

    def _restart(self, message: IncomingMessage) -> None:
        """The second view of a post brought its files or its thread after the answer had begun."""
        for task, question in self._running.items():
            place = (question.thread.team, question.thread.channel, question.ts)
            same = place == (message.thread.team, message.thread.channel, message.ts)
            if same and not self._answerer.has_shown(question):
                # Soon: a task that is cancelled before its first step would put nothing back.
                asyncio.get_running_loop().call_soon(task.cancel)

    async def _start_due_questions(self) -> None:
        while self._waiting_count > 0 and not self._should_stop():
            await self._slots.acquire()
            question = None
            changes = self._change_count
            try:
                if not self._should_stop():
                    question = await self._queue.claim(skip=self._person_limiter.list_full())
            except TransientError as error:
                log.warning("store_failed", at="claim", error=type(error).__name__)
                self._add_waiting_later(_STORE_RETRY_SECONDS)
                return
            finally:
                if question is None:
                    self._slots.release()
            if question is not None:
                self._waiting_count -= 1
                self._start(question)
            elif changes == self._change_count:
                # What is left waits for its thread, and the end of that answer looks again.
                if not self._running:
                    self._waiting_count = 0
                    self._question_ended.set()
                return

    def _start(self, question: Question) -> None:
        task = asyncio.create_task(self._run_question(question), name=f"question-{question.id}")
        self._running[task] = question
        self._person_limiter.begin(question.asker.id)
        task.add_done_callback(self._handle_end)

    def _handle_end(self, task: asyncio.Task[None]) -> None:
        question = self._running.pop(task)
        self._person_limiter.end(question.asker.id)
        self._slots.release()
        self._change_count += 1
        self._question_ended.set()
        if self._waiting_count > 0:
            self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("question_left", question=question.id, exc_info=task.exception())

    async def _run_question(self, question: Question) -> None:
        after: float | None = 0.0
        try:
            after = await self._attempt_runner.run(question)
        finally:
            if after is not None and not self._is_stopping:
                self._add_waiting_later(after)

    def _list_running_ids(self) -> list[int]:
        return [question.id for question in self._running.values()]
