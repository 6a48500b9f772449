"""Stops answers before their leases end, where other processes wait to take them over.

A process that cannot reach the database goes on by its own clock: it may not show anything any more
when another one may have begun. The same holds for what it may take from others, who may not have
been able to renew either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable

import structlog

from bot.domain.questions import Question
from bot.queue.running_answers import RunningAnswers

log = structlog.get_logger(__name__)

# How long a claim lasts, and what is sure to be left of it after a renewal: a store need not write
# each time.
LEASE_SECONDS, SURE_SECONDS = 15.0, 13.5
# Cancelled so long before that, an answer has ended its calls when another process begins.
_MARGIN_SECONDS = 2.5
STOP_AFTER_SECONDS = SURE_SECONDS - _MARGIN_SECONDS
# A longer time between two renewals is a break: the database was away, or this process stood still.
BREAK_SECONDS = 6.0
_WATCH_SECONDS = 0.5


class LeaseGuard:
    """Knows since when the database is in reach. `clock` is that of the event loop.

    The timer also rings first thing after the process has stood still, before an answer goes on.
    """

    def __init__(self, running: RunningAnswers, clock: Callable[[], float]) -> None:
        self._running = running
        self._clock = clock
        self._reached_since = self._renewed_at = clock()
        self._timer: asyncio.TimerHandle | None = None

    def may_take_others(self) -> bool:
        """Whether every process that runs has had the time to renew its leases.

        After an outage, the first one back would else take for dead all that are not back yet.
        """
        now = self._clock()
        has_break = now - self._renewed_at > BREAK_SECONDS
        return not has_break and now - self._reached_since >= LEASE_SECONDS

    def note_renewal(self, begun_at: float, lost: Collection[int]) -> None:
        """Note that leases were renewed; `begun_at` is when the store was asked to.

        `lost` questions are those that another process has claimed.
        """
        if begun_at - self._renewed_at > BREAK_SECONDS:
            self._reached_since = begun_at
        self._renewed_at = begun_at
        if lost:
            log.warning("claims_lost", count=len(lost))
            self._running.cancel(lost)

    def start(self) -> None:
        """Watch the leases until `stop`."""
        self._watch()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _watch(self) -> None:
        overdue = list_overdue(self._running.list_begun(), self._renewed_at, self._clock())
        if overdue:
            log.warning("leases_not_renewed", count=len(overdue))
            self._running.cancel(overdue)
        self._timer = asyncio.get_running_loop().call_later(_WATCH_SECONDS, self._watch)


def list_overdue(
    running: Iterable[tuple[Question, float]], renewed_at: float, now: float
) -> list[int]:
    """Return the ids of questions whose leases may end soon.

    `running` has each question with the time at which it was begun, right after it was claimed.
    """
    return [
        question.id
        for question, begun_at in running
        if now - max(begun_at, renewed_at) >= STOP_AFTER_SECONDS
    ]
