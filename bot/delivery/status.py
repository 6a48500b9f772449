"""Shows the line under a thread that says what Easel is doing, and for how long it has been.

Renews it before it expires. The caller says what Easel is doing.
"""

from __future__ import annotations

import asyncio

from bot.delivery.status_board import StatusBoard
from bot.domain.conversation import Thread
from bot.domain.errors import TransientError, WordsChanged
from bot.domain.messages import Message, render
from bot.i18n.catalog import ENGLISH

THINKING_STATUS = Message("is thinking…")
DRAWING_STATUS = Message("is drawing…")
WRITING_STATUS = Message("is writing…")
# Shown while an answer waits for its next attempt.
TRYING_STATUS = Message("is still trying to answer…")
# Shown while an answer that was broken off waits to be begun again.
RESTARTING_STATUS = Message("is starting over: a message that it reads was edited or deleted…")
SECONDS_STATUS = "{status} {count} s so far"
MINUTES_STATUS = "{status} {count} min so far"
# Slack clears a status after two minutes, and when the app posts.
REFRESH_INTERVAL_SECONDS = 75.0
# When to send a status again that Slack has not taken.
RETRY_INTERVAL_SECONDS = 12.0
# The model's request goes out first: it is what people wait for.
HEAD_START_SECONDS = 0.010
# From when on a status says how long it takes, and how often it says so again, by what has passed.
_SILENT_SECONDS, _MINUTE_SECONDS = 20.0, 60.0
_STEPS = ((60.0, 20.0), (120.0, 30.0))
_CLEAR_RETRY_SECONDS = 0.5
# A timer may fire a moment early.
_TIMER_TOLERANCE_SECONDS = 0.05


class Status:
    """The status of one reply. `text` is what it should say; "" is no status.

    A status that Slack does not take never fails an answer.
    """

    def __init__(
        self, board: StatusBoard, thread: Thread, *, now: float, language: str = ENGLISH
    ) -> None:
        self._board = board
        self._thread = thread
        self._language = language
        self.text = render(THINKING_STATUS, language)
        self._sent_text = ""
        self._began_at = now
        self._refresh_at = 0.0
        self._send_at = now + HEAD_START_SECONDS

    def get_due_time(self) -> float:
        """Return the loop time from which `show` should be called: soon, or at the next refresh."""
        if self.is_stale():
            return self._send_at
        return self._refresh_at if self.text else float("inf")

    def is_stale(self) -> bool:
        """Whether Slack shows something other than `text`, however long that takes."""
        return self.text != self._sent_text

    def mark_cleared(self) -> None:
        """Note that the app has posted: Slack has cleared the status, and none is needed."""
        self._board.mark_cleared(self._thread)
        self.text = self._sent_text = ""

    def mark_hidden(self) -> None:
        """Note that the app has posted, and that the status has to be shown again if there is
        one."""
        self._board.mark_cleared(self._thread)
        self._sent_text, self._send_at = "", 0.0

    def end_sign(self) -> None:
        """Note that Slack takes the text again: a sign of life that `signs.py` gave has to go."""
        if not self.text and not self.is_stale() and self._board.has_status(self._thread):
            self._sent_text, self._send_at = render(TRYING_STATUS, self._language), 0.0

    def set(self, status: str) -> None:
        """Let `text` be `status` in the language of the reply."""
        self.text = render(status, self._language)

    async def show_now(self, status: str) -> None:
        """Show `status` now, and wait for Slack to take it."""
        self.set(status)
        await self.show(asyncio.get_running_loop().time())

    async def show(self, now: float) -> None:
        """Send `text` to Slack, with what has passed; `now` is the loop's time."""
        text, elapsed = self.text, now - self._began_at + _TIMER_TOLERANCE_SECONDS
        line = render(describe_elapsed(text, elapsed), self._language) if text else ""
        if await self._board.show(self._thread, line):
            self._sent_text = text
            wait = min(REFRESH_INTERVAL_SECONDS, count_seconds_to_next(elapsed))
            self._refresh_at = now + wait
        else:
            self._send_at = self._refresh_at = now + RETRY_INTERVAL_SECONDS

    async def clear(self) -> None:
        """Take the status away, if there may be one. What Slack refuses, `signs.py` repeats."""
        self.text = ""
        for wait in (_CLEAR_RETRY_SECONDS, 0.0):
            if not self._board.has_status(self._thread) or await self._board.show(self._thread, ""):
                break
            await asyncio.sleep(wait)
        self._sent_text = ""


def choose_last_status(error: BaseException | None) -> str:
    """Return the status that stays after an attempt which ends with `error`; "" for none."""
    if isinstance(error, WordsChanged):
        return RESTARTING_STATUS
    return TRYING_STATUS if isinstance(error, TransientError) else ""


def describe_elapsed(status: str, elapsed: float) -> str:
    """Return `status` with the time that has passed, in seconds, once that is worth telling."""
    if elapsed < _SILENT_SECONDS:
        return status
    if elapsed < 2 * _MINUTE_SECONDS:
        return Message(SECONDS_STATUS, status=status, count=int(elapsed // 10) * 10)
    return Message(MINUTES_STATUS, status=status, count=int(elapsed // _MINUTE_SECONDS))


def count_seconds_to_next(elapsed: float) -> float:
    """Return in how many seconds a status has to tell the time again: rarely, the longer it
    takes."""
    step = next((step for end, step in _STEPS if elapsed < end), _MINUTE_SECONDS)
    return step - elapsed % step
