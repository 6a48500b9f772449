"""Shows the line under a thread that says what Easel is doing, and renews it before it expires."""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.conversation import Thread
from bot.domain.errors import EaselError
from bot.domain.ports import Chat

log = structlog.get_logger(__name__)

THINKING_STATUS = "is thinking…"
DRAWING_STATUS = "is drawing…"
WRITING_STATUS = "is writing…"
# Slack clears a status after two minutes, and when the app posts.
REFRESH_INTERVAL_SECONDS = 75.0
# The model's request goes out first: it is what people wait for.
HEAD_START_SECONDS = 0.010


class Status:
    """The status of one thread. `text` is what it should say; "" is no status.

    A status that Slack does not take is logged and never fails an answer.
    """

    def __init__(self, chat: Chat, thread: Thread, *, now: float) -> None:
        self._chat = chat
        self._thread = thread
        self.text = THINKING_STATUS
        self._shown_text = ""
        self._shown_at = 0.0
        self._first_due_at = now + HEAD_START_SECONDS

    def get_due_time(self) -> float:
        """Return the loop time from which `show` should be called: soon, or at the next refresh."""
        if self.is_stale():
            return self._first_due_at
        return self._shown_at + REFRESH_INTERVAL_SECONDS if self.text else float("inf")

    def is_stale(self) -> bool:
        """Whether Slack shows something other than `text`."""
        return self.text != self._shown_text

    def mark_cleared(self) -> None:
        """Note that the app has posted: Slack has cleared the status, and none is needed."""
        self.text = self._shown_text = ""

    async def show_now(self, status: str) -> None:
        """Show `status` now, and wait for Slack to take it."""
        self.text = status
        await self.show(asyncio.get_running_loop().time())

    async def show(self, now: float) -> None:
        """Send `text` to Slack; `now` is the loop's time."""
        self._shown_text, self._shown_at = self.text, now
        try:
            await self._chat.set_status(self._thread, self.text)
        except EaselError as error:
            log.info("no_status_shown", error=type(error).__name__, code=error.code)
