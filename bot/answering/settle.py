"""Settles an answer: stored with its cost, the question closed, reserved money free again.

See `storage.queue.journal` for the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

import stamina

from bot.answering.context import AnswerContext
from bot.answering.reserve import RequestReserver
from bot.answering.summarize import ThreadSummarizer
from bot.domain.errors import StoreError
from bot.domain.questions import Answer, Outcome, Question
from bot.domain.stores import Journal
from bot.observability.metrics import Metrics

# The store may be full for a while: an answer that was paid for waits for it this long.
_SETTLE_TIMEOUT_SECONDS = 300.0


class AnswerSettler:
    """Without a `summarizer` threads are never summarized."""

    def __init__(
        self,
        journal: Journal,
        reserver: RequestReserver,
        summarizer: ThreadSummarizer | None,
        metrics: Metrics,
    ) -> None:
        self._journal = journal
        self._reserver = reserver
        self._summarizer = summarizer
        self._metrics = metrics

    async def settle(self, question: Question, answer: Answer, messages: Sequence[str]) -> None:
        """Store `answer` and close `question`: from here on the model is never asked again.

        `messages` of the reply may not be recorded yet. Raises `StoreError`, `LeaseLost`.
        """
        async for attempt in stamina.retry_context(
            on=StoreError, attempts=None, timeout=_SETTLE_TIMEOUT_SECONDS, wait_max=1.0
        ):
            with attempt:
                await self._journal.settle(question, answer, messages)
        for request in answer.requests:
            self._metrics.count_usage(request.usage, request.cost)

    def notify_settled(self, context: AnswerContext) -> None:
        """Free what the answer did not use, and have the thread summarized where it is long."""
        self._reserver.notify_settled()
        was_answered = context.draft.outcome is Outcome.ANSWERED and bool(context.requests)
        if self._summarizer and was_answered:
            self._summarizer.schedule(
                context.question, context.new_usage_meter(), self._reserver.list_prices()
            )
