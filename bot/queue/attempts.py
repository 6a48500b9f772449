"""One attempt at a question: what its end means for the store, the log and the figures."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

import structlog

from bot.domain.conversation import Incoming
from bot.domain.errors import ClaimLost, EaselError, TryLater
from bot.domain.questions import Outcome, Question
from bot.domain.stores import Inbox
from bot.observability.metrics import Metrics

log = structlog.get_logger(__name__)

# Seconds after which a question is due again whose answer could not be shown or begun.
PAUSES = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 300.0)


class Answering(Protocol):
    async def answer(self, question: Question) -> Outcome:
        """Answer, settle and show `question`. `TryLater`: take it again later."""
        ...

    async def give_up(self, question: Question, said: str) -> Outcome:
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

    def waits(self, message: Incoming, before: int) -> None:
        """`before` questions stand before this one. Returns at once."""
        ...

    def looks_like_a_loop(self, message: Incoming) -> None:
        """This message is not answered, because too many came. Returns at once."""
        ...


class Attempts:
    """Runs claimed questions."""

    def __init__(self, inbox: Inbox, answering: Answering, metrics: Metrics) -> None:
        self._inbox = inbox
        self._answering = answering
        self._metrics = metrics

    async def run(self, question: Question) -> float | None:
        """Answer `question`; return None at its end, else the seconds until it is due again.

        Cancelled, it puts the question back as if it had never been begun. Whatever the answering
        raises, bugs included, ends here.
        """
        started = time.monotonic()
        try:
            outcome = await self._outcome(question)
        except asyncio.CancelledError:
            await self._put_back(question, after=0.0, counts=False)
            raise
        except ClaimLost:
            log.warning("claim_lost", question=question.id)
            return None
        except TryLater as error:
            shown_before = question.answer is not None
            tries = question.attempt if shown_before else question.claims
            pause = PAUSES[min(tries, len(PAUSES)) - 1]
            log.warning(
                "put_back",
                question=question.id,
                error=type(error).__name__,
                code=error.code,
                seconds=pause,
            )
            # Slack or the store is away: that says nothing against the question itself.
            return await self._put_back(question, after=pause, counts=shown_before)
        self._report(question, outcome, time.monotonic() - started)
        return None

    async def _outcome(self, question: Question) -> Outcome:
        if question.answer is not None and question.attempt > len(PAUSES):
            # Slack has not taken it for all this time: what is settled stays in the history.
            self._inbox.shown(question, Outcome.FAILED)
            return Outcome.FAILED
        try:
            return await self._answering.answer(question)
        except (TryLater, ClaimLost):
            raise
        except EaselError as error:
            log.warning("question_failed", question=question.id, error=type(error).__name__)
            return await self._give_up(question, error.said)
        except Exception:
            # The one broad except: a bug must not take the other questions with it.
            log.exception("bug", question=question.id)
            return await self._give_up(question, EaselError.said)

    async def _give_up(self, question: Question, said: str) -> Outcome:
        try:
            return await self._answering.give_up(question, said)
        except ClaimLost:
            # It was settled before: nothing more can be said than is said.
            self._inbox.shown(question, Outcome.FAILED)
            return Outcome.FAILED

    async def _put_back(self, question: Question, *, after: float, counts: bool) -> float | None:
        try:
            await self._inbox.put_back(question, after=after, counts=counts)
        except TryLater as error:
            # Its lease lapses, and so it comes back all the same.
            log.warning("store_failed", at="put_back", error=type(error).__name__)
            return None
        return after

    def _report(self, question: Question, outcome: Outcome, seconds: float) -> None:
        self._metrics.settled(outcome, seconds)
        log.info(
            "question_done",
            question=question.id,
            outcome=outcome.value,
            attempt=question.attempt,
            waited_s=round(max(0.0, time.time() - question.stored_at - seconds), 3),
            took_s=round(seconds, 3),
        )
