"""Whether Easel can take events, and how late the event loop is. Watches; repairs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.observability.metrics import Metrics

# Sockets are replaced every few hours and disks stumble: only what lasts is worth an alarm.
PATIENCE_SECONDS = 60.0
_SAMPLE_SECONDS = 0.5


class Health:
    """`connected` says whether Slack reaches us now, `stored_at` when the store last worked."""

    def __init__(
        self,
        connected: Callable[[], bool],
        stored_at: Callable[[], float],
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._connected = connected
        self._stored_at = stored_at
        self._metrics = metrics
        self._clock = clock
        self._connected_at: float | None = None  # when last seen; None: never yet

    def ready(self) -> bool:
        """Whether events can be taken, but for interruptions of less than a minute."""
        return self.problem() == ""

    def problem(self) -> str:
        """Why Easel is not ready, in a few words; "" if it is."""
        self._look()
        now = self._clock()
        if self._connected_at is None or now - self._connected_at > PATIENCE_SECONDS:
            return "not connected to Slack"
        if now - self._stored_at() > PATIENCE_SECONDS:
            return "the database does not take anything"
        return ""

    async def watch(self) -> None:
        """Look at the connection and the loop's lag, until cancelled."""
        while True:
            due = self._clock() + _SAMPLE_SECONDS
            await asyncio.sleep(_SAMPLE_SECONDS)
            self._metrics.lag.observe(max(0.0, self._clock() - due))
            self._look()

    def _look(self) -> None:
        if self._connected():
            self._connected_at = self._clock()
