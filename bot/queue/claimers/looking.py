"""Claims by looking at the whole queue, which no other process works on.

What is due and for how many there is room, only the store knows.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

import structlog

from bot.domain.errors import TransientError
from bot.domain.questions import ClaimLimits, Question
from bot.domain.stores.questions import QuestionQueue
from bot.observability.rare_warning import RareWarning
from bot.queue.attempts import AttemptRunner
from bot.queue.fairness import calculate_pause
from bot.queue.running_answers import RunningAnswers
from bot.queue.suspects import choose_lane

log = structlog.get_logger(__name__)

# How often the store is asked what is due, whatever has happened here: the due times are by the
# wall clock, which may jump, and another process may have changed the store.
LOOK_INTERVAL_SECONDS = 0.5


class LookingClaimer:
    """Implements `Claimer` for the only process on a queue."""

    def __init__(self, queue: QuestionQueue, attempts: AttemptRunner, limits: ClaimLimits) -> None:
        self._queue = queue
        self._attempts = attempts
        self._limits = limits
        self.running = RunningAnswers(self._run_question, self._handle_end)
        self._wake = asyncio.Event()  # a question may be due, or a place free
        self._ended = asyncio.Event()  # an answer has ended
        self._failed_looks = RareWarning(time.monotonic)
        self._is_stopping = False
        # As the store told at the last look, and so never a reason not to look again.
        self._waiting_count = 0
        self._is_behind = False  # all places are taken, and questions wait for one

    def take_place(self) -> ClaimLimits | None:
        # The store counts the places. Questions that wait for a place come first.
        return None if self._is_stopping or self._is_behind else self._limits

    def start(self, question: Question) -> None:
        # What came too late is released with all that is claimed.
        if not self._is_stopping:
            self.running.start(question)

    def leave_place(self) -> None:
        """There is nothing to give back: only the store knows what is taken."""

    def note_new(self) -> int:
        self._waiting_count += 1
        self._wake.set()
        return self._waiting_count - 1

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        while not self._is_stopping:
            await self._start_due_questions()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_INTERVAL_SECONDS):
                    await self._wake.wait()

    def stop_claiming(self) -> None:
        self._is_stopping = True
        self._wake.set()

    async def stop(self, grace_seconds: float) -> None:
        await self.running.stop(grace_seconds)

    async def wait_for_end(self) -> None:
        await self._ended.wait()
        self._ended.clear()

    async def _start_due_questions(self) -> None:
        """Claim what is due, as far as there are places, and start it."""
        # Cleared first: while the store fails, the looks keep their interval.
        is_woken = self._wake.is_set()
        self._wake.clear()
        try:
            await self._attempts.return_claims()
            # Without a reason to look, look without writing.
            if not is_woken and not await self._queue.is_any_due():
                return
            if self._is_stopping:
                return  # what is claimed from here on might not be released any more
            now = asyncio.get_running_loop().time()
            lane = choose_lane(self.running.list_begun(), now)
            claimed = await self._queue.claim(self._limits, lane)
            took = asyncio.get_running_loop().time() - now
        except TransientError as error:
            if count := self._failed_looks.count():
                log.warning("store_failed", at="claim", code=error.recorded_code, count=count)
            return
        for question in claimed.questions:
            self.start(question)
        self._waiting_count = claimed.waiting_count
        self._is_behind = claimed.is_full and claimed.waiting_count > 0
        if pause := calculate_pause(took):
            await asyncio.sleep(pause)

    async def _run_question(self, question: Question) -> None:
        delay: float | None = 0.0  # after a cancellation the question is due at once
        try:
            delay = await self._attempts.run(question)
        finally:
            if delay is not None:
                self._waiting_count += 1  # the store says when it is due

    def _handle_end(self) -> None:
        self._ended.set()
        if self._waiting_count > 0:
            self._wake.set()
