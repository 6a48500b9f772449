"""Runs one attempt at a question, and does what its end calls for: requeue, give up, log, count."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol, TypeAlias

import structlog

from bot.domain.conversation import IncomingMessage
from bot.domain.errors import (
    EaselError,
    LeaseLost,
    NotShown,
    SlackError,
    TransientError,
    WordsChanged,
)
from bot.domain.messages import Message
from bot.domain.questions import MAX_CRASHES, MAX_DELAY_SECONDS, Outcome, Question, TroubleKind
from bot.domain.stores.questions import QuestionQueue
from bot.observability.metrics import Metrics
from bot.observability.trail import Trail, follow_question

log = structlog.get_logger(__name__)

TOO_MANY_CRASHES_MESSAGE = (
    "I have tried this {count} times and broke off each time. Please ask in another way."
)
# Giving up reads nothing of the question, so a crash meanwhile has most likely another cause.
_MAX_CRASHES_GIVING_UP = 3
# The delays after which a question is due again while its answer cannot be begun or shown.
RETRY_DELAYS_SECONDS = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, MAX_DELAY_SECONDS, MAX_DELAY_SECONDS)


# Gets a message that waits behind the answer in its thread.
NoteFollowUp: TypeAlias = Callable[[IncomingMessage], None]


class QuestionAnswerer(Protocol):
    """Answers claimed questions."""

    async def answer(self, question: Question) -> Outcome:
        """Answer, settle and show `question`.

        Raises `TransientError`: requeue it. `WordsChanged`: the same, at once. `LeaseLost`: leave
        it alone. Other `EaselError`s: it has failed.
        """
        ...

    async def give_up(self, question: Question, user_message: Message) -> Outcome:
        """Settle `question` as failed, unless it is settled, and show `user_message` in its thread.

        Raises `LeaseLost` where the claim no longer holds, and `TransientError`.
        """
        ...

    def has_shown(self, question: Question) -> bool:
        """Whether some of the running answer is visible already."""
        ...

    def announce_restart(self, question: Question) -> None:
        """Let the status say that the running answer begins again, once it is broken off."""
        ...

    def stop(self, question: Question, *, silently: bool = False) -> bool:
        """Stop the running answer, which keeps what it shows. Return False if it is not there yet:
        it is stopped a little later. `silently`: say so only where something is shown."""
        ...


class Notices(Protocol):
    """Tells people what is not being answered. All calls return at once."""

    def notify_waiting(self, message: IncomingMessage, waiting_count: int) -> None:
        """Show that `waiting_count` questions precede `message`."""
        ...

    def notify_loop(self, message: IncomingMessage) -> None:
        """Explain that `message` is not answered, because it looks like part of a loop."""
        ...

    def notify_program_limit(self, message: IncomingMessage) -> None:
        """Explain that `message` is not answered, because a program has posted enough of them."""
        ...

    def notify_late_files(self, message: IncomingMessage) -> None:
        """Say that the files of `message` go with the next question of its thread."""
        ...


class AttemptRunner:
    """Runs attempts at claimed questions."""

    def __init__(self, queue: QuestionQueue, answerer: QuestionAnswerer, metrics: Metrics) -> None:
        self._queue = queue
        self._answerer = answerer
        self._metrics = metrics
        # Questions that the store could not take back yet: their claims still hold a place.
        self._unreturned: list[tuple[Question, float, bool]] = []

    async def run(self, question: Question) -> float | None:
        """Answer `question`; return the seconds until it is due again, or None if it is not.

        On cancellation the question is requeued as if this attempt had not been made. Whatever
        else the answering raises, bugs included, ends here.
        """
        with follow_question(question) as trail:
            try:
                return await self._run(question, trail)
            finally:
                self._queue.note_troubles(question, trail.list_troubles())

    async def _run(self, question: Question, trail: Trail) -> float | None:
        started_at = time.monotonic()
        log.debug("attempt_begun", attempt=question.attempt, count=question.claims)
        try:
            outcome = await self._answer_or_fail(question, trail)
        except asyncio.CancelledError:
            await self._requeue(question, 0.0, counts_as_attempt=False)
            raise
        except LeaseLost:
            log.warning("claim_lost")
            return None
        except WordsChanged:
            log.info("words_changed")
            return await self._requeue(question, 0.0, counts_as_attempt=False)
        except TransientError as error:
            return await self._retry_later(question, error, trail)
        self._report(question, outcome, time.monotonic() - started_at, trail.failure_code)
        return None

    async def _answer_or_fail(self, question: Question, trail: Trail) -> Outcome:
        is_settled = question.answer is not None
        if is_settled and question.attempt > len(RETRY_DELAYS_SECONDS):
            # Slack has refused it for all this time; the settled answer stays in the history.
            trail.add(TroubleKind.FAILED, code="never_shown")
            return self._close_unshown(question, SlackError.user_message)
        if question.crashes >= MAX_CRASHES:
            # Nothing of it is read any more, not even its text: that may be what ends the process.
            trail.add(TroubleKind.FAILED, code="crashes")
            message = Message(TOO_MANY_CRASHES_MESSAGE, count=MAX_CRASHES)
            if question.crashes > MAX_CRASHES + _MAX_CRASHES_GIVING_UP:
                return self._close_unshown(question, message)
            return await self._answerer.give_up(question, message)
        try:
            return await self._answerer.answer(question)
        except (TransientError, LeaseLost, WordsChanged):
            raise
        except EaselError as error:
            trail.add_failure(error)
            return await self._answerer.give_up(question, error.user_message)
        except Exception:  # a bug must not affect the other questions
            log.exception("bug")
            trail.add(TroubleKind.FAILED, code="bug")
            return await self._answerer.give_up(question, EaselError.user_message)

    def _close_unshown(self, question: Question, message: Message) -> Outcome:
        # Slack takes nothing, so no one reads it there; it explains the row.
        self._queue.mark_delivered(question, Outcome.FAILED, why=str(message))
        return Outcome.FAILED

    async def _retry_later(self, question: Question, error: TransientError, trail: Trail) -> float:
        # An outage says nothing against the question, so it costs no attempt at answering. Showing
        # a settled answer is tried a limited number of times, and so those attempts count.
        is_settled = question.answer is not None or isinstance(error, NotShown)
        tries = question.attempt if is_settled else question.claims
        delay = RETRY_DELAYS_SECONDS[min(tries, len(RETRY_DELAYS_SECONDS)) - 1]
        # Sooner than Slack says, the attempt would fail again, and cost one of those left.
        delay = max(delay, min(error.retry_after or 0.0, MAX_DELAY_SECONDS))
        code, method = error.recorded_code, error.method
        trail.add(TroubleKind.PUT_BACK, code=code, method=method, seconds=delay)
        log.warning("put_back", code=code, method=method, seconds=delay)
        return await self._requeue(question, delay, counts_as_attempt=is_settled)

    async def return_claims(self) -> None:
        """Put back what the store could not take back before. Raises `TransientError`."""
        while self._unreturned:
            unreturned = self._unreturned.pop(0)
            question, delay, counts_as_attempt = unreturned
            try:
                await self._queue.requeue(
                    question, delay_seconds=delay, counts_as_attempt=counts_as_attempt
                )
            except BaseException:
                self._unreturned.insert(0, unreturned)
                raise

    async def _requeue(self, question: Question, delay: float, *, counts_as_attempt: bool) -> float:
        try:
            await self._queue.requeue(
                question, delay_seconds=delay, counts_as_attempt=counts_as_attempt
            )
        except TransientError as error:
            log.warning("store_failed", at="put_back", code=error.recorded_code)
            self._unreturned.append((question, delay, counts_as_attempt))
        return delay

    def _report(self, question: Question, outcome: Outcome, seconds: float, reason: str) -> None:
        self._metrics.record_outcome(outcome, seconds)
        has_failed = outcome is Outcome.FAILED
        log.log(
            logging.WARNING if has_failed else logging.INFO,
            "question_done",
            outcome=outcome.value,
            reason=reason if has_failed else "",
            attempt=question.attempt,
            waited_s=round(max(0.0, time.time() - question.stored_at - seconds), 3),
            took_s=round(seconds, 3),
        )
