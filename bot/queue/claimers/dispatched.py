"""Claims in the threads that a dispatcher names, on a queue that several processes work on.

A thread is worked off by a task of its own, question by question, until none is left to claim. The
dispatcher's jobs only wait for it: they end with the line to the database, an answer does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from weakref import WeakKeyDictionary

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import TransientError
from bot.domain.questions import ClaimLimits, ClaimRefusal, Question, SuspectLane
from bot.domain.stores.questions import QuestionQueue, ThreadDispatcher
from bot.observability.rare_warning import RareWarning
from bot.queue.attempts import AttemptRunner
from bot.queue.claimers.places import Places
from bot.queue.running_answers import RunningAnswers
from bot.queue.suspects import choose_lane

log = structlog.get_logger(__name__)

# How often claims are returned that the store could not take back, and waiting questions counted.
_TIDY_INTERVAL_SECONDS = 1.0


class DispatchedClaimer:
    """Implements `Claimer` for one of several processes on a queue."""

    def __init__(
        self,
        queue: QuestionQueue,
        attempts: AttemptRunner,
        limits: ClaimLimits,
        dispatcher: ThreadDispatcher,
    ) -> None:
        self._queue = queue
        self._attempts = attempts
        self._limits = limits
        self._dispatcher = dispatcher
        self.running = RunningAnswers(self._run_question, self._handle_end)
        self._places = Places(limits.total)
        # By the task of its answer: a question of which nothing is left to do.
        self._completed = WeakKeyDictionary[asyncio.Task[None], int]()
        self._one_suspect = asyncio.Lock()
        self._threads = set[asyncio.Task[None]]()
        self._ended = asyncio.Event()
        self._failures = RareWarning(time.monotonic)
        self._is_stopping = False
        self._stopped = asyncio.Event()
        self._waiting_count = 0  # as counted last, and only while all places are taken

    def take_place(self) -> ClaimLimits | None:
        return self._limits if self._places.take_as_newest() else None

    def start(self, question: Question) -> None:
        answer = self._start(question)
        if answer is None:
            self._places.give_back()
        else:
            self._begin(question.thread, answer)

    def leave_place(self) -> None:
        self._places.give_back()

    def note_new(self) -> int:
        if not self._places.is_full:
            return 0
        self._waiting_count += 1
        return self._waiting_count - 1

    def wake(self) -> None:
        """There is nothing to look for: what makes a question due defers its job."""

    async def run(self) -> None:
        tidying = asyncio.create_task(self._tidy(), name="tidy-claims")
        try:
            await self._dispatcher.run(self._work_off, self._places)
            await self._stopped.wait()  # until then, what is claimed is renewed
        finally:
            tidying.cancel()
            await asyncio.wait({tidying})

    def stop_claiming(self) -> None:
        self._is_stopping = True
        self._places.close()
        self._dispatcher.stop()

    async def stop(self, grace_seconds: float) -> None:
        try:
            await self.running.stop(grace_seconds)
            if self._threads:  # they begin no more answers; what they have claimed is released
                await asyncio.wait(self._threads)
            with contextlib.suppress(TransientError):
                await self._attempts.return_claims()
        finally:
            self._stopped.set()

    async def wait_for_end(self) -> None:
        # Another process may have ended one.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TIDY_INTERVAL_SECONDS):
                await self._ended.wait()
        self._ended.clear()

    async def _work_off(self, thread: Thread) -> None:
        """Answer what is due in `thread`. A caller that is cancelled leaves it going on."""
        if self._places.take():
            await asyncio.shield(self._begin(thread, None))
            return
        # The last place has gone to a question that was stored here.
        with self._log_failures():
            await self._queue.schedule(thread)

    def _begin(self, thread: Thread, answer: asyncio.Task[None] | None) -> asyncio.Task[None]:
        """Work off `thread` in a place that is taken, `answer` first where it runs already."""
        name = f"thread-{thread.channel}-{thread.root}"
        task = asyncio.create_task(self._answer_thread(thread, answer), name=name)
        self._threads.add(task)
        task.add_done_callback(self._threads.discard)
        return task

    async def _answer_thread(self, thread: Thread, answer: asyncio.Task[None] | None) -> None:
        with self._log_failures():
            try:
                if answer is not None:
                    await asyncio.wait({answer})
                while not self._is_stopping and await self._may_go_on(thread, answer):
                    answer = await self._start_next(thread)
                    if answer is None:
                        return
                    await asyncio.wait({answer})
            finally:
                self._places.give_back()
            if not self._is_stopping:
                return
            # Another process goes on. Its job may have come and gone while this one answered.
            await self._queue.schedule(thread)

    @contextlib.contextmanager
    def _log_failures(self) -> Iterator[None]:
        try:
            yield
        except TransientError as error:
            # Whoever sweeps the queue finds what is left.
            if count := self._failures.count():
                log.warning("store_failed", at="claim", code=error.recorded_code, count=count)

    async def _may_go_on(self, thread: Thread, answer: asyncio.Task[None] | None) -> bool:
        """Whether there may be something to claim in `thread` after `answer`.

        Most often there is not, and to see that costs less than to try to claim. What comes later
        and waits for the end of the answer to be written, that end tells of.
        """
        completed = None if answer is None else self._completed.pop(answer, None)
        return completed is None or await self._queue.is_any_other_open(thread, completed)

    async def _start_next(self, thread: Thread) -> asyncio.Task[None] | None:
        """Claim and start the next answer in `thread`; return its task, None where there is none.

        Suspects are chosen one after the other: each by what runs then.
        """
        claimed = await self._queue.claim_next(thread, self._limits, SuspectLane.CLOSED)
        if claimed is not ClaimRefusal.SUSPECT:
            return self._start(claimed)
        async with self._one_suspect:
            lane = choose_lane(self.running.list_begun(), asyncio.get_running_loop().time())
            if lane is SuspectLane.CLOSED:
                return None  # whoever sweeps the queue names its thread again
            return self._start(await self._queue.claim_next(thread, self._limits, lane))

    def _start(self, claimed: Question | ClaimRefusal) -> asyncio.Task[None] | None:
        # What is claimed too late is released with all other claims.
        if isinstance(claimed, ClaimRefusal) or self._is_stopping:
            return None
        return self.running.start(claimed)

    async def _run_question(self, question: Question) -> None:
        task = asyncio.current_task()
        if await self._attempts.run(question) is None and task is not None:
            self._completed[task] = question.id

    def _handle_end(self) -> None:
        self._ended.set()

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(_TIDY_INTERVAL_SECONDS)
            with contextlib.suppress(TransientError):  # the next turn makes up for it
                await self._attempts.return_claims()
                if self._places.is_full:
                    self._waiting_count = await self._queue.count_waiting()
                else:
                    self._waiting_count = 0
