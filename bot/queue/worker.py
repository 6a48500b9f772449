"""Stores messages, claims questions while there is room, and stops after a grace period.

`attempts.py` makes one attempt at a question, `running_answers.py` owns the tasks, `leases.py`
renews the claims.
"""

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
from bot.queue.fairness import LoopGuard
from bot.queue.leases import LeaseRenewer
from bot.queue.running_answers import RunningAnswers

log = structlog.get_logger(__name__)

# The most messages that may be stored at the same time; each is held in memory.
MAX_CONCURRENT_STORES = 2_000
# How long to wait before claiming again after the store has failed.
_CLAIM_RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """`concurrency` answers run at once, `per_person` of them for one person.

    From `backlog` waiting questions on, people are told how many are ahead of theirs.
    """

    concurrency: int
    per_person: int
    backlog: int


class Worker:
    """Answers questions in parallel, one per thread, the oldest question first."""

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
        self._loop_guard = LoopGuard(time.monotonic)
        self._running = RunningAnswers(
            self._run_question,
            self._handle_end,
            max_running=limits.concurrency,
            max_per_person=limits.per_person,
        )
        self.lease_renewer = LeaseRenewer(queue, self._running.list_ids, self._add_waiting)
        self._wake = asyncio.Event()  # there may be a question to claim
        self._idle_check = asyncio.Event()  # everything may have been answered
        self._is_stopping = False
        self._storing_count = 0
        self._waiting_count = 0  # questions that are stored and due, but not yet claimed
        self._has_changed = False  # a question was added, or an answer ended, since the last claim
        self._timers: set[asyncio.TimerHandle] = set()  # of questions that are due later

    async def submit(self, message: IncomingMessage) -> None:
        """Store `message` and return once it is committed; if it is a question, see to its answer.

        Raises `TransientError` if the message was not stored; Slack will send it again.
        """
        if self._storing_count >= MAX_CONCURRENT_STORES:
            raise TransientError("too many events at once")
        if message.trigger is not Trigger.OVERHEARD and self._loop_guard.is_loop(message):
            self._metrics.stopped_loops.inc()
            self._notices.notify_loop(message)
            # Stored for the history, never answered.
            message = replace(message, trigger=Trigger.OVERHEARD)
        result = await self._enqueue(message)
        if isinstance(result, Question) or result is EnqueueResult.NEW:
            self._loop_guard.count(message)
        if result is EnqueueResult.NEW:
            if self._waiting_count >= self._backlog:
                self._notices.notify_waiting(message, self._waiting_count)
            self._add_waiting()
        elif result is EnqueueResult.UPDATED:
            self._restart_unshown(message)

    async def retry(self, question_id: int, channel: str, *, go_on: bool) -> bool:
        """Ask a question again that failed, or is waiting for the person to choose.

        Return whether there is such a question, after the commit. Raises `StoreError`.
        """
        is_reopened = await self._queue.retry(question_id, channel, go_on=go_on)
        if is_reopened:
            self._add_waiting()
        return is_reopened

    def stop_thread(self, thread: Thread) -> bool:
        """Stop the running answer in `thread`; return False where there is none."""
        questions = self._running.find_by_thread(thread)
        for question in questions:
            self._answerer.stop(question)
        return bool(questions)

    def stop_question(self, team: str, channel: str, ts: str) -> None:
        """Stop the running answer, if any, to a message that was deleted."""
        for question in self._running.find_by_message(team, channel, ts):
            self._answerer.stop(question)

    async def recover(self) -> None:
        """Recover the questions of earlier processes. Call it before the first `submit`.

        Raises `StoreError`.
        """
        self._waiting_count = await self._queue.recover_expired()
        if self._waiting_count:
            log.info("taking_up", questions=self._waiting_count)
            self._wake.set()

    async def run(self) -> None:
        """Start answers to due questions until `stop` is called."""
        renewal = asyncio.create_task(self.lease_renewer.run(), name="leases")
        try:
            while not self._is_stopping:
                await self._wake.wait()
                self._wake.clear()
                await self._start_due_questions()
        finally:
            renewal.cancel()
            await asyncio.wait({renewal})

    async def stop(self, grace_seconds: float) -> None:
        """Start no more answers, let running ones finish for `grace_seconds`, requeue the rest."""
        self._is_stopping = True
        self._wake.set()
        for timer in self._timers:
            timer.cancel()
        await self._running.stop(grace_seconds)
        with contextlib.suppress(TransientError):
            await self._queue.flush()

    async def wait_until_idle(self) -> None:
        """Wait until no answer is running and no question is waiting. Raises `StoreError`."""
        while self._running or self._waiting_count or self._timers:
            self._idle_check.clear()
            await self._idle_check.wait()
        await self._queue.flush()

    async def _enqueue(self, message: IncomingMessage) -> EnqueueResult | Question:
        """Store `message`; where there is room, claim it in the same transaction and start."""
        self._storing_count += 1
        try:
            if self._is_stopping or not self._running.has_room(message.sender.id):
                return await self._queue.enqueue(message, claim=False)
            return await self._running.claim_and_start(
                lambda: self._queue.enqueue(message, claim=True)
            )
        finally:
            self._storing_count -= 1

    def _restart_unshown(self, message: IncomingMessage) -> None:
        """Restart the answer to `message` with its new files or thread, unless it is visible.

        Slack may send one post in two events, and only the second may carry these.
        """
        thread = message.thread
        for question in self._running.find_by_message(thread.team, thread.channel, message.ts):
            if not self._answerer.has_shown(question):
                self._running.cancel_soon(question)

    async def _start_due_questions(self) -> None:
        """Claim questions and start their answers, until none is due or `stop` is called."""
        while self._waiting_count > 0 and not self._is_stopping:
            try:
                question = await self._running.claim_and_start(self._claim)
            except TransientError as error:
                log.warning("store_failed", at="claim", error=type(error).__name__)
                self._add_waiting_later(_CLAIM_RETRY_SECONDS)
                return
            if question is not None:
                self._waiting_count -= 1
            elif not self._has_changed:
                # Waiting questions are blocked by their thread or by a person's limit; the next
                # answer to end wakes the worker. If none is running, none is left to start.
                if not self._running:
                    self._waiting_count = 0
                    self._idle_check.set()
                return

    async def _claim(self) -> Question | None:
        self._has_changed = False
        if self._is_stopping:
            return None
        return await self._queue.claim(skip=self._running.list_full())

    async def _run_question(self, question: Question) -> None:
        delay: float | None = 0.0  # after a cancellation the question is due at once
        try:
            delay = await self._attempt_runner.run(question)
        finally:
            if delay is not None and not self._is_stopping:
                self._add_waiting_later(delay)

    def _handle_end(self) -> None:
        self._has_changed = True
        self._idle_check.set()
        if self._waiting_count > 0:
            self._wake.set()

    def _add_waiting(self) -> None:
        self._has_changed = True
        self._waiting_count += 1
        self._wake.set()

    def _add_waiting_later(self, delay_seconds: float) -> None:
        if delay_seconds <= 0:
            self._add_waiting()
            return

        def add_now() -> None:
            self._timers.discard(timer)
            self._add_waiting()

        timer = asyncio.get_running_loop().call_later(delay_seconds, add_now)
        self._timers.add(timer)
