"""Tells the log, the metrics and `/readyz` how the connection to Slack is. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.observability.metrics import Metrics

log = structlog.get_logger(__name__)

# What Slack says instead of hello where an app has as many connections as it may
# (docs.slack.dev, "Using Socket Mode": up to ten at the same time).
CROWDED_CODE = "too_many_websockets"
MAX_CONNECTIONS = 10
_CROWDED = "ten connections of this app are open, which is all that Slack allows"


class ConnectionState:
    """Whether Slack reaches us through Socket Mode; if not, since when and why.

    `clock` returns seconds. `refusal` is Slack's code if it refuses for good, else "".
    """

    def __init__(
        self, metrics: Metrics, clock: Callable[[], float], *, reminder_seconds: float
    ) -> None:
        self._metrics = metrics
        self._clock = clock
        self._reminder_seconds = reminder_seconds
        self.is_connected = False
        self.refusal = ""
        self._reason = "starting"  # one word: why there is no connection
        self._attempts = 0  # failed ones in this outage
        self._lost_at = self._reminded_at = clock()
        metrics.slack_connected.set(0)

    @property
    def is_crowded(self) -> bool:
        """Whether there is no connection because others have all that Slack allows."""
        return not self.is_connected and self._reason == CROWDED_CODE

    @property
    def outage_seconds(self) -> float:
        """How long there has been no connection; 0 if there is one."""
        return 0.0 if self.is_connected else self._clock() - self._lost_at

    def record_connected(self) -> None:
        """A connection is ready."""
        if not self.is_connected:
            log.info("slack_connected", seconds=round(self.outage_seconds, 1), reason=self._reason)
        self.is_connected = True
        self.refusal, self._attempts = "", 0
        self._metrics.slack_connected.set(1)

    def record_replaced(self, reason: str) -> None:
        """Another connection took the place of one that ended for `reason`."""
        self._metrics.count_slack_reconnect(reason)

    def record_lost(self, reason: str) -> None:
        """The last connection is gone."""
        if not self.is_connected:
            return
        self.is_connected = False
        self._reason = reason
        self._lost_at = self._reminded_at = self._clock()
        self._metrics.slack_connected.set(0)
        log.warning("slack_disconnected", reason=reason)

    def record_failure(self, code: str, *, is_refused: bool) -> None:
        """An attempt to connect failed with `code`. Logged when the code is another than before."""
        self._metrics.count_slack_connection_failure(code)
        self._attempts += 1
        is_new = self._attempts == 1 or self._reason != code
        if is_refused and self.refusal != code:
            log.error("slack_refuses_connection", code=code)
        elif code == CROWDED_CODE and not self.is_connected:
            if is_new:
                log.warning("slack_connections_all_taken", count=MAX_CONNECTIONS)
        elif not is_refused and is_new:
            log.warning("slack_connection_failed", code=code, attempt=self._attempts)
        self.refusal = code if is_refused else ""
        if not self.is_connected:
            self._reason = code

    def remind(self) -> None:
        """Log an outage that lasts, once in each interval."""
        now = self._clock()
        if self.is_connected or now - self._reminded_at < self._reminder_seconds:
            return
        self._reminded_at = now
        if self.is_crowded:
            log.info("slack_connection_awaited", seconds=round(self.outage_seconds))
            return
        log.warning(
            "slack_still_disconnected",
            seconds=round(self.outage_seconds),
            reason=self._reason,
            attempt=self._attempts,
        )

    def explain(self) -> str:
        """Return why there is no connection, in a few words; "" if there is one."""
        if self.is_connected:
            return ""
        seconds = round(self.outage_seconds)
        if self.refusal:
            return f"for {seconds} s: Slack refuses it ({self.refusal}); check SLACK_APP_TOKEN"
        reason = _CROWDED if self.is_crowded else self._reason
        return f"for {seconds} s: {reason}"
