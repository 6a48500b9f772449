"""Stores messages, claims questions while there is room, and stops after a grace period.

`attempts.py` makes one attempt at a question, `running_answers.py` owns the tasks, `leases.py`
renews the claims. What is due and for how many there is room, only the store knows.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

import structlog

from bot.domain.conversation import IncomingMessage, Thread, Trigger
from bot.domain.errors import TransientError
from bot.domain.questions import ClaimLimits, EnqueueResult, Presser, PressResult, Question
from bot.domain.stores.questions import QuestionQueue
from bot.observability.metrics import Metrics
from bot.observability.rare_warning import RareWarning
from bot.queue.attempts import AttemptRunner, NoteFollowUp, Notices, QuestionAnswerer
from bot.queue.fairness import WorkerLimits, calculate_pause
from bot.queue.interrupter import Interrupter
from bot.queue.leases import LeaseRenewer
from bot.queue.loop_guard import SharedLoopGuard
from bot.queue.running_answers import RunningAnswers
from bot.queue.stop import Stop
from bot.queue.suspects import choose_lane

log = structlog.get_logger(__name__)

# The most messages that may be stored at the same time; each is held in memory.
MAX_CONCURRENT_STORES = 2_000
# How often the store is asked what is due, whatever has happened here: the due times are by the
# wall clock, which may jump, and another process may have changed the store.
LOOK_INTERVAL_SECONDS = 0.5


class Worker:
    """Answers questions in parallel, one per thread. `note_follow_up` gets messages that wait."""

    def __init__(
        self,
        queue: QuestionQueue,
        answerer: QuestionAnswerer,
        notices: Notices,
        metrics: Metrics,
        limits: WorkerLimits,
        note_follow_up: NoteFollowUp = lambda _: None,
    ) -> None:
        self._queue = queue
        self._attempt_runner = AttemptRunner(queue, answerer, metrics)
        self._notices = notices
        self._metrics = metrics
        self._limits = ClaimLimits(limits.concurrency, limits.per_person)
        self._backlog = limits.backlog
        self.loop_guard = SharedLoopGuard()
        self._failed_looks = RareWarning(time.monotonic)
        self._running = RunningAnswers(self._run_question, self._handle_end)
        self.interrupter = Interrupter(self._running, answerer, notices, note_follow_up)
        self._wake = asyncio.Event()  # a question may be due, or a place free
        self.lease_renewer = LeaseRenewer(queue, self._running.list_ids, self._wake.set)
        self._ended = asyncio.Event()  # an answer has ended
        self._stop = Stop()
        self._storing: set[asyncio.Task[EnqueueResult | Question]] = set()
        # As the store told at the last look, and so never a reason not to look again.
        self._waiting_count = 0
        self._is_behind = False  # all places are taken, and questions wait for one

    async def submit(self, message: IncomingMessage) -> None:
        """Store `message` and return once it is committed; if it is a question, see to its answer.

        Raises `TransientError` if the message was not stored; Slack will send it again.
        """
        if len(self._storing) >= MAX_CONCURRENT_STORES:
            raise TransientError("too many events at once")
        if message.trigger is not Trigger.OVERHEARD and await self.loop_guard.is_loop(message):
            self._metrics.stopped_loops.inc()
            self._notices.notify_loop(message)
            message = message.build_overheard()  # stored for the history, never answered
        result = await self._store_and_start(message)
        if isinstance(result, Question) or result is EnqueueResult.NEW:
            self.loop_guard.count(message)
        if result is EnqueueResult.NEW:
            self.interrupter.note_follow_up(message)
            self._note_waiting(message)
        elif result is EnqueueResult.UPDATED:
            await self.interrupter.restart_unshown(message)
            self._wake.set()
        elif result is EnqueueResult.LATE:
            self._notices.notify_late_files(message)
        elif result is EnqueueResult.LIMITED:
            self._notices.notify_program_limit(message)

    async def retry(
        self, question_id: int, channel: str, presser: Presser, *, go_on: bool
    ) -> PressResult:
        """Ask a question again that failed, or waits for a choice. Raises `StoreError`."""
        result = await self._queue.retry(question_id, channel, presser, go_on=go_on)
        if result is PressResult.ASKED:
            self._wake.set()
        return result

    async def ask_apart(self, question_id: int, channel: str, presser: Presser) -> PressResult:
        """Ask a question once more, without what its answer took along. Raises `StoreError`."""
        result = await self._queue.ask_apart(question_id, channel, presser)
        if result is PressResult.ASKED:
            self._wake.set()
        return result

    async def stop_thread(self, thread: Thread) -> bool:
        """Stop the answer in `thread`; return False where there is none. Raises `StoreError`."""
        return await self.interrupter.stop_thread(thread)

    async def stop_question(self, team: str, channel: str, ts: str) -> None:
        """Stop the answer, if any, to a message that was deleted. Raises `StoreError`."""
        await self.interrupter.stop_question(team, channel, ts)

    async def recover(self, *, has_stalled: bool = False) -> None:
        """Recover the questions of earlier processes. Call it before the first `submit`.

        `has_stalled`: the last process ended while its event loop had stopped turning. Raises
        `StoreError`.
        """
        if count := await self._queue.recover_expired(has_stalled=has_stalled):
            log.info("taking_up", questions=count)
            self._wake.set()

    async def add_suspects(self) -> None:
        """Make suspects of all running questions: the event loop has stopped during them."""
        try:
            await self._queue.make_suspects(self._running.list_ids())
            self._running.mark_suspects()
        except TransientError as error:
            log.warning("store_failed", at="suspect", code=error.recorded_code)

    async def run(self) -> None:
        """Start answers to due questions until a stop begins; renew claims until it has ended."""
        renewal = asyncio.create_task(self.lease_renewer.run(), name="leases")
        try:
            while not self._stop.has_begun:
                await self._start_due_questions()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_INTERVAL_SECONDS):
                        await self._wake.wait()
            await self._stop.wait_until_ended()
        finally:
            renewal.cancel()
            await asyncio.wait({renewal})

    def begin_stop(self) -> None:
        """Start no more answers. What is asked from here on is stored, for another process."""
        self._stop.begin()
        self._wake.set()

    async def stop(self, grace_seconds: float) -> None:
        """Let answers finish until `grace_seconds` after the stop began, requeue the rest."""
        self.begin_stop()
        with self._stop.complete(grace_seconds) as seconds_left:
            if self._storing:
                await asyncio.wait(self._storing)
            await self._running.stop(seconds_left)
            with contextlib.suppress(TransientError):  # then the next start takes it for a crash
                await self._queue.flush()
                await self._queue.release_claims()

    async def wait_until_idle(self) -> None:
        """Wait until no question is open. Raises `StoreError`."""
        while True:
            self._ended.clear()
            await self._queue.flush()
            if not self._running and not (await self._queue.read_stats()).states:
                return
            await self._ended.wait()

    async def _store_and_start(self, message: IncomingMessage) -> EnqueueResult | Question:
        """Store `message`; where there is room, claim it in the same transaction and start.

        It is done to its end even if the caller is cancelled: a claim must not be left alone.
        """
        task = asyncio.create_task(self._enqueue(message), name="store")
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)
        return await asyncio.shield(task)

    async def _enqueue(self, message: IncomingMessage) -> EnqueueResult | Question:
        # Questions that wait for a place come first.
        claim = None if self._stop.has_begun or self._is_behind else self._limits
        result = await self._queue.enqueue(message, claim=claim)
        if isinstance(result, Question):
            self._start(result)
        return result

    def _start(self, question: Question) -> None:
        """Start the answer to a claimed question, unless it came too late: `stop` releases it."""
        if not self._stop.has_begun:
            self._running.start(question)

    def _note_waiting(self, message: IncomingMessage) -> None:
        """Look at once whether `message` can be answered, and tell people if it has to wait."""
        if self._waiting_count >= self._backlog:
            self._notices.notify_waiting(message, self._waiting_count)
        self._waiting_count += 1
        self._wake.set()

    async def _start_due_questions(self) -> None:
        """Claim what is due, as far as there are places, and start it."""
        # Cleared first: while the store fails, the looks keep their interval.
        is_woken = self._wake.is_set()
        self._wake.clear()
        try:
            await self._attempt_runner.return_claims()
            # Without a reason to look, look without writing.
            is_due = is_woken or await self._queue.is_any_due()
            if not is_due or self._stop.has_begun:
                return  # what is claimed during a stop might not be released any more
            now = asyncio.get_running_loop().time()
            lane = choose_lane(self._running.list_begun(), now)
            claimed = await self._queue.claim(self._limits, lane)
            took = asyncio.get_running_loop().time() - now
        except TransientError as error:
            if count := self._failed_looks.count():
                log.warning("store_failed", at="claim", code=error.recorded_code, count=count)
            return
        for question in claimed.questions:
            self._start(question)
        self._waiting_count = claimed.waiting_count
        self._is_behind = claimed.is_full and claimed.waiting_count > 0
        if pause := calculate_pause(took):
            await asyncio.sleep(pause)

    async def _run_question(self, question: Question) -> None:
        delay: float | None = 0.0  # after a cancellation the question is due at once
        try:
            delay = await self._attempt_runner.run(question)
        finally:
            if delay is not None:
                self._waiting_count += 1  # the store says when it is due

    def _handle_end(self) -> None:
        self._ended.set()
        if self._waiting_count > 0:
            self._wake.set()
