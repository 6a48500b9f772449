"""The metrics that `/metrics` exposes to Prometheus. The callers measure and report the values.

Names and labels are listed in `docs/operating.md`. No label holds anything that a person wrote.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.costs import BillCounts
from bot.domain.llm import Usage
from bot.domain.questions import Outcome, QueueStats

_DURATION_BUCKETS_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300)
_LAG_BUCKETS_SECONDS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)
_STATES = ("stored", "claimed", "replying", "settled")


class Metrics:
    """The metrics of one running Easel, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        gauge = partial(Gauge, registry=self.registry)
        counter = partial(Counter, registry=self.registry)
        histogram = partial(Histogram, registry=self.registry)
        durations = partial(histogram, buckets=_DURATION_BUCKETS_SECONDS)
        self._open_questions = gauge(
            "easel_questions_open", "Questions not wholly answered", ["state"]
        )
        self._oldest_question_seconds = gauge(
            "easel_oldest_question_seconds", "Age of the oldest open question"
        )
        self._settled_questions = counter(
            "easel_questions", "Questions that came to an end", ["outcome"]
        )
        self._answer_seconds = durations("easel_answer_seconds", "From claimed to wholly shown")
        self.first_text_seconds = durations(
            "easel_first_text_seconds", "From claimed to the first text in Slack"
        )
        self._slack_calls = counter(
            "easel_slack_calls", "Calls of Slack's Web API", ["method", "code"]
        )
        self._model_calls = counter("easel_model_calls", "Requests to the model", ["code"])
        self._retries = counter("easel_retries", "Calls that were made again", ["what", "code"])
        self._tokens = counter("easel_tokens", "Tokens, by kind", ["kind"])
        self._cost_usd = counter("easel_cost_usd", "US dollars, as reported or else computed")
        self._feedback = counter("easel_feedback", "Presses of feedback under answers", ["verdict"])
        self.loop_lag_seconds = histogram(
            "easel_loop_lag_seconds",
            "How late the event loop came to a timer",
            buckets=_LAG_BUCKETS_SECONDS,
        )
        self.tasks = gauge("easel_tasks", "Tasks of the event loop that have not ended")
        self.sandbox_deaths = counter("easel_decoders_died", "Processes that a file has ended")
        self.stopped_loops = counter(
            "easel_loops_stopped", "Messages not answered because a program wrote"
        )
        self._transactions = gauge("easel_transactions", "Transactions that changed the database")
        self._open_bills = gauge(
            "easel_open_bills", "Requests whose cost the provider has not told", ["state"]
        )

        self._add_connection_metrics()

    def _add_connection_metrics(self) -> None:
        self.slack_connected = Gauge(
            "easel_slack_connected",
            "1 while events can come: with a Socket Mode connection, or in HTTP mode",
            registry=self.registry,
        )
        self._slack_reconnects = Counter(
            "easel_slack_reconnects",
            "Connections that took the place of an earlier one, by why that one ended",
            ["reason"],
            registry=self.registry,
        )
        self._slack_connection_failures = Counter(
            "easel_slack_connection_failures",
            "Failed attempts to open a connection",
            ["code"],
            registry=self.registry,
        )

        self.slack_unsigned_requests = Counter(
            "easel_slack_unsigned_requests",
            "Requests over HTTP that were refused, because Slack has not signed them",
            registry=self.registry,
        )
        self._http_dropped_connections = Counter(
            "easel_http_dropped_connections",
            "Connections over HTTP that were cut or refused, by why",
            ["reason"],
            registry=self.registry,
        )
        self._http_accept_failures = Counter(
            "easel_http_accept_failures",
            "Connections over HTTP that could not be accepted, by the system's name of the error",
            ["code"],
            registry=self.registry,
        )

    def record_outcome(self, outcome: Outcome, seconds: float) -> None:
        """Count a question that ended `seconds` after it was claimed."""
        self._settled_questions.labels(outcome.value).inc()
        self._answer_seconds.observe(seconds)

    def count_slack_call(self, method: str, code: str) -> None:
        self._slack_calls.labels(method, code).inc()

    def count_slack_reconnect(self, reason: str) -> None:
        self._slack_reconnects.labels(reason).inc()

    def count_slack_connection_failure(self, code: str) -> None:
        self._slack_connection_failures.labels(code).inc()

    def count_http_drop(self, reason: str) -> None:
        self._http_dropped_connections.labels(reason).inc()

    def count_http_accept_failure(self, code: str) -> None:
        self._http_accept_failures.labels(code).inc()

    def count_model_call(self, code: str) -> None:
        self._model_calls.labels(code).inc()

    def count_retry(self, what: str, code: str) -> None:
        self._retries.labels(what, code).inc()

    def count_usage(self, usage: Usage | None, cost: Decimal | None) -> None:
        """Count the tokens of one request, and its cost in US dollars if it is known.

        Counts nothing if `usage` is None.
        """
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
            # A float is enough for a chart; the ledger has the exact sum.
            self._cost_usd.inc(float(cost))

    def count_feedback(self, verdict: str) -> None:
        self._feedback.labels(verdict).inc()

    def set_bills(self, counts: BillCounts) -> None:
        """Show how many requests have no known cost."""
        self._open_bills.labels("open").set(counts.open)
        self._open_bills.labels("given_up").set(counts.given_up)

    def render_page(self, stats: QueueStats | None, transactions: int) -> bytes:
        """Render the page that Prometheus reads. Without `stats` its gauges keep their values."""
        self._transactions.set(transactions)
        if stats is not None:
            for state in _STATES:
                self._open_questions.labels(state).set(stats.states.get(state, 0))
            self._oldest_question_seconds.set(stats.oldest_seconds)
        return generate_latest(self.registry)
