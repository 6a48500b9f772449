"""Settles an answer: stores it with its cost, closes the question, frees reserved money.

See `storage.queue.journal` for the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import structlog

from bot.answering.context import AnswerContext
from bot.answering.reserve import RequestReserver
from bot.answering.store_retries import write_with_retries
from bot.answering.summarize import ThreadSummarizer
from bot.domain.errors import EaselError
from bot.domain.questions import Answer, Outcome, Question
from bot.domain.stores.ledger import Ledger
from bot.domain.stores.questions import Journal
from bot.observability.metrics import Metrics

log = structlog.get_logger(__name__)

# How long to retry when the database fails, as on a full disk: the answer is already paid for.
_SETTLE_TIMEOUT_SECONDS = 300.0


class AnswerSettler:
    """Settles answers, then schedules summaries. Without a `summarizer` there are none."""

    def __init__(
        self,
        journal: Journal,
        ledger: Ledger,
        reserver: RequestReserver,
        summarizer: ThreadSummarizer | None,
        metrics: Metrics,
    ) -> None:
        self._journal = journal
        self._ledger = ledger
        self._reserver = reserver
        self._summarizer = summarizer
        self._metrics = metrics

    async def settle(self, question: Question, answer: Answer, messages: Sequence[str]) -> None:
        """Store `answer` and close `question`: from here on the model is never asked again.

        `messages` are those of the reply that are not recorded yet, by ts.
        Raises `StoreError`, `LeaseLost`.
        """
        await write_with_retries(
            partial(self._journal.settle, question, answer, messages),
            timeout_seconds=_SETTLE_TIMEOUT_SECONDS,
        )
        await self._reserver.confirm_warnings(question)
        for request in answer.requests:
            self._metrics.count_usage(request.usage, request.cost)

    async def record_unsettled(self, context: AnswerContext, *, has_lease: bool) -> None:
        """Record what was spent on an answer that will not be settled. Never raises `EaselError`.

        What is set aside is free again at once: the next attempt may be minutes away, and sets it
        aside anew. Without the lease it may be that of an attempt which goes on elsewhere.
        """
        cost_owner, requests = context.question.cost_owner, context.end_requests()
        try:
            await self._ledger.record_requests(cost_owner, requests, is_over=has_lease)
        except EaselError as error:
            # Each request has its row, which counts with the most that it can cost.
            log.warning("costs_not_recorded", error=type(error).__name__)
        finally:
            self._reserver.notify_settled(context.question)

    def notify_settled(self, context: AnswerContext) -> None:
        """Free the unused reservation, and let a summary be made if it is worth it."""
        self._reserver.notify_settled(context.question)
        is_answered = context.draft.outcome is Outcome.ANSWERED and bool(context.requests)
        if self._summarizer and is_answered:
            self._summarizer.schedule(context.question, context.create_usage_meter())
