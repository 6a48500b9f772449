"""Tells senders that are programs, however many replicas hear of what they post."""

from __future__ import annotations

import time

import structlog

from bot.domain.conversation import IncomingMessage
from bot.domain.errors import EaselError
from bot.domain.stores.replicas import Senders
from bot.queue.fairness import LOOP_MIN_QUESTIONS, LOOP_WINDOW_SECONDS, LoopGuard

log = structlog.get_logger(__name__)


class SharedLoopGuard:
    """A `LoopGuard` that looks at the questions that all replicas have stored.

    It looks from a sender's second question in a thread on: a single one is no loop.
    """

    def __init__(self) -> None:
        self._guard = LoopGuard(time.monotonic)
        self._senders: Senders | None = None

    def connect(self, senders: Senders) -> None:
        """From now on count what other replicas have stored, too."""
        self._senders = senders

    async def is_loop(self, message: IncomingMessage) -> bool:
        """Whether its sender has asked too often in its thread within `LOOP_WINDOW_SECONDS`."""
        if self._guard.is_loop(message):
            return True
        if self._senders is None or not self._guard.has_recent(message):
            return False
        try:
            count = await self._senders.count_questions(
                message.thread, message.sender.id, LOOP_WINDOW_SECONDS
            )
        except EaselError as error:
            log.warning("store_failed", at="loop", code=error.recorded_code)
            return False
        return count >= LOOP_MIN_QUESTIONS

    def count(self, message: IncomingMessage) -> None:
        """Count `message`, which has become a question."""
        self._guard.count(message)
