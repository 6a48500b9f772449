"""Checks whether Easel can take events, and measures how late the event loop is.

It repairs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.observability.metrics import Metrics

# Slack replaces sockets every few hours, with a new one before the old one ends. A socket that is
# lost is opened again within a moment; only a longer outage counts.
MAX_DISCONNECTED_SECONDS = 5.0
# Disks have hiccups.
MAX_OUTAGE_SECONDS = 60.0
_SAMPLE_SECONDS = 0.5

# What `/readyz` says: events are taken; others take them; they should go elsewhere.
READY = "ready"
WAITING = (
    "ready: ten connections to Slack are open, so this replica works on the queue and takes a"
    " connection when one is free"
)
STOPPING = "stopping"


class Health:
    """The health of one running Easel.

    `is_connected` returns whether Slack reaches us now, `explain_outage` why not in a few words,
    `get_stored_at` when the store last worked, by `clock`. `is_waiting` returns whether this is a
    replica that works without a connection, because others have all that Slack allows.
    """

    def __init__(
        self,
        is_connected: Callable[[], bool],
        get_stored_at: Callable[[], float],
        metrics: Metrics,
        clock: Callable[[], float],
        explain_outage: Callable[[], str] = str,
        is_waiting: Callable[[], bool] = bool,
    ) -> None:
        self._is_connected = is_connected
        self._get_stored_at = get_stored_at
        self._metrics = metrics
        self._clock = clock
        self._explain_outage = explain_outage
        self._is_waiting = is_waiting
        self._connected_at: float | None = None  # when the connection last worked; None: never
        self.is_stopping = False

    def begin_stop(self) -> None:
        """From here on Easel is not ready: whoever sends it events should send them elsewhere."""
        self.is_stopping = True

    def is_ready(self) -> bool:
        """Whether events can be taken. A short outage is ignored."""
        return self.find_problem() == ""

    def find_problem(self) -> str:
        """Return why Easel is not ready, in a few words; "" if it is ready."""
        if self.is_stopping:
            return STOPPING
        self._check_connection()
        now = self._clock()
        if not self._is_waiting() and self._is_disconnected(now):
            return f"not connected to Slack {self._explain_outage()}".rstrip()
        if now - self._get_stored_at() > MAX_OUTAGE_SECONDS:
            return "the database does not take anything"
        return ""

    def describe(self) -> str:
        """Return what a ready Easel does, in a few words."""
        return WAITING if self._is_waiting() else READY

    def _is_disconnected(self, now: float) -> bool:
        return self._connected_at is None or now - self._connected_at > MAX_DISCONNECTED_SECONDS

    async def watch(self) -> None:
        """Check the connection and record the event loop's lag, until cancelled."""
        while True:
            due = self._clock() + _SAMPLE_SECONDS
            await asyncio.sleep(_SAMPLE_SECONDS)
            self._metrics.loop_lag_seconds.observe(max(0.0, self._clock() - due))
            self._check_connection()

    def _check_connection(self) -> None:
        if self._is_connected():
            self._connected_at = self._clock()
