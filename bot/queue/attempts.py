"""One attempt at a question: what its end means for the store, the log and the figures."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

import structlog

from bot.domain.conversation import IncomingMessage
from bot.domain.errors import EaselError, LeaseLost, TransientError
from bot.domain.questions import Outcome, Question
from bot.domain.stores import QuestionQueue
from bot.observability.metrics import Metrics

log = structlog.get_logger(__name__)

# Seconds after which a question is due again whose answer could not be shown or begun.
RETRY_DELAYS_SECONDS = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 300.0)


class QuestionAnswerer(Protocol):
    async def answer(self, question: Question) -> Outcome:
        """Answer, settle and show `question`. `TryLater`: take it again later."""
        ...

    async def give_up(self, question: Question, user_message: str) -> Outcome:
        """Settle `question` as failed and say `said` in its thread."""
        ...

    def has_shown(self, question: Question) -> bool:
        """Whether some of the answer that is being given is already visible."""
        ...

    def stop(self, question: Question) -> None:
        """The person wants no more of the answer that is being given."""
        ...


class Notices(Protocol):
    """What is said to people about questions that are not being answered."""

    def notify_waiting(self, message: IncomingMessage, waiting_count: int) -> None:
        """`before` questions stand before this one. Returns at once."""
        ...

    def notify_loop(self, message: IncomingMessage) -> None:
        """This message is not answered, because too many came. Returns at once."""
        ...


class AttemptRunner:
    """Runs claimed questions."""

    def __init__(self, queue: QuestionQueue, answerer: QuestionAnswerer, metrics: Metrics) -> None:
        self._queue = queue
        self._answerer = answerer
        self._metrics = metrics

    async def run(self, question: Question) -> float | None:
        """Answer `question`; return None at its end, else the seconds until it is due again.

        Cancelled, it puts the question back as if it had never been begun. Whatever the answering
        raises, bugs included, ends here.
        """
        started = time.monotonic()
        try:
            outcome = await self._answer_or_fail(question)
        except asyncio.CancelledError:
            await self._requeue(question, after=0.0, counts=False)
            raise
        except LeaseLost:
            log.warning("claim_lost", question=question.id)
            return None
        except TransientError as error:
            shown_before = question.answer is not None
            tries = question.attempt if shown_before else question.claims
            pause = RETRY_DELAYS_SECONDS[min(tries, len(RETRY_DELAYS_SECONDS)) - 1]
            log.warning(
                "put_back",
                question=question.id,
                error=type(error).__name__,
                code=error.code,
                seconds=pause,
            )
            # Slack or the store is away: that says nothing against the question itself.
            return await self._requeue(question, after=pause, counts=shown_before)
        self._report(question, outcome, time.monotonic() - started)
        return None

    async def _answer_or_fail(self, question: Question) -> Outcome:
        if question.answer is not None and question.attempt > len(RETRY_DELAYS_SECONDS):
            # Slack has not taken it for all this time: what is settled stays in the history.
            self._queue.mark_delivered(question, Outcome.FAILED)
            return Outcome.FAILED
        try:
            return await self._answerer.answer(question)
        except (TransientError, LeaseLost):
            raise
        except EaselError as error:
            log.warning("question_failed", question=question.id, error=type(error).__name__)
            return await self._give_up(question, error.user_message)
        except Exception:
            # The one broad except: a bug must not take the other questions with it.
            log.exception("bug", question=question.id)
            return await self._give_up(question, EaselError.user_message)

    async def _give_up(self, question: Question, user_message: str) -> Outcome:
        try:
            return await self._answerer.give_up(question, user_message)
        except LeaseLost:
            # It was settled before: nothing more can be said than is said.
            self._queue.mark_delivered(question, Outcome.FAILED)
            return Outcome.FAILED

    async def _requeue(self, question: Question, *, after: float, counts: bool) -> float | None:
        try:
            await self._queue.requeue(question, delay_seconds=after, counts_as_attempt=counts)
        except TransientError as error:
            # Its lease lapses, and so it comes back all the same.
            log.warning("store_failed", at="put_back", error=type(error).__name__)
            return None
        return after

    def _report(self, question: Question, outcome: Outcome, seconds: float) -> None:
        self._metrics.record_outcome(outcome, seconds)
        log.info(
            "question_done",
            question=question.id,
            outcome=outcome.value,
            attempt=question.attempt,
            waited_s=round(max(0.0, time.time() - question.stored_at - seconds), 3),
            took_s=round(seconds, 3),
        )
