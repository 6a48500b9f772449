"""The line under a thread that says what Easel is doing. Knows when Slack lets it lapse."""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import EaselError
from bot.domain.ports import Chat

log = structlog.get_logger(__name__)

THINKING_STATUS = "is thinking…"
# Slack clears a status after two minutes, and when the app posts.
REFRESH_INTERVAL_SECONDS = 75.0
# The model's request goes out first: it is what people wait for.
HEAD_START_SECONDS = 0.010


class Status:
    """Wanted and shown status of one thread. A status that cannot be shown is no failure."""

    def __init__(self, chat: Chat, thread: Thread, *, now: float) -> None:
        self._chat = chat
        self._thread = thread
        self._wanted = THINKING_STATUS
        self._shown = ""
        self._shown_at = 0.0
        self._first_due_at = now + HEAD_START_SECONDS

    @property
    def wanted(self) -> str:
        return self._wanted

    @wanted.setter
    def wanted(self, status: str) -> None:
        self._wanted = status

    def get_due_time(self) -> float:
        """The loop time from which `show` should be called: soon, or at the next refresh."""
        if self._wanted != self._shown:
            return self._first_due_at
        return self._shown_at + REFRESH_INTERVAL_SECONDS if self._wanted else float("inf")

    def is_stale(self) -> bool:
        """Whether Slack shows another status than is wanted."""
        return self._wanted != self._shown

    def mark_cleared(self) -> None:
        """The app has posted: Slack shows no status any more, and none is wanted."""
        self._wanted = self._shown = ""

    async def show_now(self, status: str) -> None:
        """Show `status` now, and wait until Slack knows."""
        self._wanted = status
        await self.show(asyncio.get_running_loop().time())

    async def show(self, now: float) -> None:
        """Tell Slack the wanted status; `now` is the loop's time."""
        self._shown, self._shown_at = self._wanted, now
        try:
            await self._chat.set_status(self._thread, self._wanted)
        except EaselError as error:
            log.info("no_status_shown", error=type(error).__name__, code=error.code)
