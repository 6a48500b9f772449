"""Stores messages, claims questions while there is room, and stops after a grace period.

`attempts.py` makes one attempt at a question, `running_answers.py` owns the tasks, `leases.py`
renews the claims, `claimers/` choose what is claimed. What is due, only the store knows.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

import structlog

from bot.domain.conversation import IncomingMessage, Thread, Trigger
from bot.domain.errors import TransientError
from bot.domain.questions import ClaimLimits, EnqueueResult, Presser, PressResult, Question
from bot.domain.stores.questions import QuestionQueue, ThreadDispatcher
from bot.observability.metrics import Metrics
from bot.queue.attempts import AttemptRunner, NoteFollowUp, Notices, QuestionAnswerer
from bot.queue.claimers.claimer import Claimer
from bot.queue.claimers.dispatched import DispatchedClaimer
from bot.queue.claimers.looking import LookingClaimer
from bot.queue.fairness import WorkerLimits
from bot.queue.interrupter import Interrupter
from bot.queue.lease_guard import LeaseGuard
from bot.queue.leases import LeaseRenewer
from bot.queue.loop_guard import SharedLoopGuard
from bot.queue.stop import Stop

log = structlog.get_logger(__name__)

# The most messages that may be taken in at the same time; each is held in memory. How many of
# them wait for the database, and for how long, only the store knows.
MAX_CONCURRENT_STORES = 2_000


class Worker:
    """Answers questions in parallel, one per thread. `note_follow_up` gets messages that wait.

    With a `dispatcher`, other processes answer questions of the same queue.
    """

    def __init__(
        self,
        queue: QuestionQueue,
        answerer: QuestionAnswerer,
        notices: Notices,
        metrics: Metrics,
        limits: WorkerLimits,
        note_follow_up: NoteFollowUp = lambda _: None,
        dispatcher: ThreadDispatcher | None = None,
    ) -> None:
        self._queue = queue
        self._notices = notices
        self._metrics = metrics
        self._backlog = limits.backlog
        self.loop_guard = SharedLoopGuard()
        attempts = AttemptRunner(queue, answerer, metrics)
        bounds = ClaimLimits(limits.concurrency, limits.per_person)
        self._claimer: Claimer = (
            LookingClaimer(queue, attempts, bounds)
            if dispatcher is None
            else DispatchedClaimer(queue, attempts, bounds, dispatcher)
        )
        self._running = self._claimer.running
        self.interrupter = Interrupter(self._running, answerer, notices, note_follow_up)
        self.lease_renewer = LeaseRenewer(
            queue,
            self._running.list_ids,
            self._claimer.wake,
            guard=None if dispatcher is None else LeaseGuard(self._running, time.monotonic),
        )
        self._stop = Stop()
        self._storing: set[asyncio.Task[EnqueueResult | Question]] = set()
        self._submitted_count = 0  # messages that are looked at or stored

    @property
    def has_room(self) -> bool:
        """Whether a message could be stored: if not, it need not even be read."""
        # What is stored goes on where its caller was cancelled.
        count = max(self._submitted_count, len(self._storing))
        return count < MAX_CONCURRENT_STORES and self._queue.has_room

    async def submit(self, message: IncomingMessage) -> None:
        """Store `message` and return once it is committed; if it is a question, see to its answer.

        Raises `TransientError` if the message was not stored; Slack will send it again.
        """
        if not self.has_room:
            raise TransientError("too many events at once")
        self._submitted_count += 1
        try:
            await self._submit(message)
        finally:
            self._submitted_count -= 1

    async def _submit(self, message: IncomingMessage) -> None:
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
            self._claimer.wake()
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
            self._claimer.wake()
        return result

    async def ask_apart(self, question_id: int, channel: str, presser: Presser) -> PressResult:
        """Ask a question once more, without what its answer took along. Raises `StoreError`."""
        result = await self._queue.ask_apart(question_id, channel, presser)
        if result is PressResult.ASKED:
            self._claimer.wake()
        return result

    async def stop_thread(self, thread: Thread) -> bool:
        """Stop the answer in `thread`; return False where there is none. Raises `StoreError`."""
        return await self.interrupter.stop_thread(thread)

    async def stop_question(self, team: str, channel: str, ts: str) -> None:
        """Stop the answer, if any, to a message that was deleted. Raises `StoreError`."""
        await self.interrupter.stop_question(team, channel, ts, silently=True)

    def wake(self) -> None:
        """Look at once what is due."""
        self._claimer.wake()

    async def recover(self, *, has_stalled: bool = False) -> None:
        """Recover the questions of earlier processes. Call it before the first `submit`.

        `has_stalled`: the last process ended while its event loop had stopped turning. Raises
        `StoreError`.
        """
        if count := await self._queue.recover_expired(has_stalled=has_stalled):
            log.info("taking_up", questions=count)
            self._claimer.wake()

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
            await self._claimer.run()
            await self._stop.wait_until_ended()
        finally:
            renewal.cancel()
            await asyncio.wait({renewal})

    def begin_stop(self) -> None:
        """Start no more answers. What is asked from here on is stored, for another process."""
        self._stop.begin()
        self._claimer.stop_claiming()

    async def stop(self, grace_seconds: float) -> None:
        """Let answers finish until `grace_seconds` after the stop began, requeue the rest."""
        self.begin_stop()
        with self._stop.complete(grace_seconds) as seconds_left:
            if self._storing:
                await asyncio.wait(self._storing)
            await self._claimer.stop(seconds_left)
            with contextlib.suppress(TransientError):  # then the next start takes it for a crash
                await self._queue.flush()
                await self._queue.release_claims()

    async def wait_until_idle(self) -> None:
        """Wait until no question is open. Raises `StoreError`."""
        while True:
            await self._queue.flush()
            if not self._running and not (await self._queue.read_stats()).states:
                return
            await self._claimer.wait_for_end()

    async def _store_and_start(self, message: IncomingMessage) -> EnqueueResult | Question:
        """Store `message`; where there is room, claim it in the same transaction and start.

        It is done to its end even if the caller is cancelled: a claim must not be left alone.
        """
        task = asyncio.create_task(self._enqueue(message), name="store")
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)
        return await asyncio.shield(task)

    async def _enqueue(self, message: IncomingMessage) -> EnqueueResult | Question:
        limits = self._claimer.take_place()
        is_claimed = False
        try:
            result = await self._queue.enqueue(message, claim=limits)
            if isinstance(result, Question):
                is_claimed = True
                self._claimer.start(result)
        finally:
            if limits is not None and not is_claimed:
                self._claimer.leave_place()
        return result

    def _note_waiting(self, message: IncomingMessage) -> None:
        """Tell people if `message` has to wait for many others."""
        waiting_count = self._claimer.note_new()
        if waiting_count >= self._backlog:
            self._notices.notify_waiting(message, waiting_count)
