"""The figures that `/metrics` shows, for Prometheus. Counts; measures nothing itself.

Names and labels are listed in docs/operating.md. No label ever holds what a person wrote.
"""

from __future__ import annotations

from decimal import Decimal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.llm import Usage
from bot.domain.questions import Outcome, QueueStats

_DURATION_BUCKETS_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300)
_LAG_BUCKETS_SECONDS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)
_STATES = ("stored", "claimed", "replying", "settled")


class Metrics:
    """One registry for one running Easel."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self._open_questions = Gauge(
            "easel_questions_open", "Questions not wholly answered", ["state"], registry=own
        )
        self._oldest_question_seconds = Gauge(
            "easel_oldest_question_seconds", "Age of the oldest open question", registry=own
        )
        self._settled_questions = Counter(
            "easel_questions", "Questions that came to an end", ["outcome"], registry=own
        )
        self._answer_seconds = _build_duration_histogram(
            "easel_answer_seconds", "From claimed to wholly shown", own
        )
        self.first_text_seconds = _build_duration_histogram(
            "easel_first_text_seconds", "From claimed to the first text in Slack", own
        )
        self._slack_calls = Counter(
            "easel_slack_calls", "Calls of Slack's Web API", ["method", "code"], registry=own
        )
        self._model_calls = Counter(
            "easel_model_calls", "Requests to the model", ["code"], registry=own
        )
        self._retries = Counter(
            "easel_retries", "Calls that were made again", ["what", "code"], registry=own
        )
        self._tokens = Counter("easel_tokens", "Tokens, by kind", ["kind"], registry=own)
        self._cost_usd = Counter(
            "easel_cost_usd", "US dollars, as reported or else computed", registry=own
        )
        self.loop_lag_seconds = Histogram(
            "easel_loop_lag_seconds",
            "How late the event loop came to a timer",
            buckets=_LAG_BUCKETS_SECONDS,
            registry=own,
        )
        self.sandbox_deaths = Counter(
            "easel_decoders_died", "Processes that a file has ended", registry=own
        )
        self.stopped_loops = Counter(
            "easel_loops_stopped", "Messages not answered because a program wrote", registry=own
        )
        self._transactions = Gauge(
            "easel_transactions", "Transactions that changed the database", registry=own
        )
        self.unbilled_requests = Gauge(
            "easel_open_bills", "Generations whose cost is not known yet", registry=own
        )

    def record_outcome(self, outcome: Outcome, seconds: float) -> None:
        """A question came to its end, `seconds` after it was claimed."""
        self._settled_questions.labels(outcome.value).inc()
        self._answer_seconds.observe(seconds)

    def count_slack_call(self, method: str, code: str) -> None:
        self._slack_calls.labels(method, code).inc()

    def count_model_call(self, code: str) -> None:
        self._model_calls.labels(code).inc()

    def count_retry(self, what: str, code: str) -> None:
        self._retries.labels(what, code).inc()

    def count_usage(self, usage: Usage | None, cost: Decimal | None) -> None:
        """Count what one request took."""
        if usage is None:
            return
        kinds = {
            "input": usage.prompt_tokens,
            "cached": usage.cached_tokens,
            "output": usage.completion_tokens,
            "reasoning": usage.reasoning_tokens,
            "image": usage.image_tokens,
        }
        for kind, tokens in kinds.items():
            self._tokens.labels(kind).inc(tokens)
        if cost is not None:
            # A figure to draw; the ledger has the exact sum.
            self._cost_usd.inc(float(cost))

    def render_page(self, stats: QueueStats | None, transactions: int) -> bytes:
        """The text that Prometheus reads; without a census its gauges keep their last values."""
        self._transactions.set(transactions)
        if stats is not None:
            for state in _STATES:
                self._open_questions.labels(state).set(stats.states.get(state, 0))
            self._oldest_question_seconds.set(stats.oldest_seconds)
        return generate_latest(self.registry)


def _build_duration_histogram(
    name: str, documentation: str, registry: CollectorRegistry
) -> Histogram:
    return Histogram(name, documentation, buckets=_DURATION_BUCKETS_SECONDS, registry=registry)
