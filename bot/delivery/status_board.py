"""Shows statuses of threads, and remembers which thread may show one until it is taken away.

`status.py` decides what a reply's status says, `signs.py` what a waiting thread's does.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum

import structlog

from bot.delivery.escaper import escape_plain
from bot.domain.conversation import Thread
from bot.domain.errors import AllowanceUsed, EaselError, TransientError
from bot.domain.ports import Chat

log = structlog.get_logger(__name__)

# Slack takes a status away after two minutes, and when the app posts in the thread. An edit of a
# message takes nothing away (docs.slack.dev, `assistant.threads.setStatus`).
LIFETIME_SECONDS = 120.0


class StatusResult(Enum):
    """What became of a status: `PACED`, and nothing, where Slack was not asked for it yet."""

    SHOWN = "shown"
    REFUSED = "refused"
    PACED = "paced"


@dataclass(slots=True)
class _ShownStatus:
    """What a thread shows since `sent_at`; `is_certain`: Slack has said that it shows it."""

    sent_at: float
    is_certain: bool = False


class StatusBoard:
    """The statuses of all threads. A status that Slack does not take is logged, never raised."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._shown: dict[Thread, _ShownStatus] = {}

    async def show(self, thread: Thread, status: str) -> bool:
        """Show `status`, or take away what is shown if it is ""; return whether Slack took it."""
        return await self.send(thread, status) is StatusResult.SHOWN

    async def send(self, thread: Thread, status: str) -> StatusResult:
        """Do as `show` does, and tell a refusal from a status that is still to be sent."""
        before = self._shown.get(thread)
        after = _ShownStatus(_get_time()) if status else None
        if after is not None:
            self._shown[thread] = after
        try:
            await self._chat.set_status(thread, escape_plain(status))
        except EaselError as error:
            self._note_failure(thread, before, after, error)
            if isinstance(error, AllowanceUsed):
                return StatusResult.PACED
            log.info("no_status_shown", error=type(error).__name__, code=error.code)
            return StatusResult.REFUSED
        if after is not None:
            after.is_certain, after.sent_at = True, _get_time()
            # Also if the app has posted meanwhile: which of the two Slack did first is not known.
            self._shown.setdefault(thread, after)
        else:
            self._replace(thread, before, None)
        return StatusResult.SHOWN

    def note_leftover(self, thread: Thread) -> None:
        """Note that an earlier process may have left a status in `thread`."""
        self._shown.setdefault(thread, _ShownStatus(_get_time()))

    def mark_cleared(self, thread: Thread) -> None:
        """Note that the app has posted in `thread`: Slack has taken the status away."""
        self._shown.pop(thread, None)

    def has_status(self, thread: Thread) -> bool:
        """Whether the thread shows a status as far as is known, or perhaps does."""
        return thread in self._shown

    def is_visible(self, thread: Thread, *, max_age: float = LIFETIME_SECONDS) -> bool:
        """Whether the thread certainly shows a status, sent at most `max_age` seconds ago."""
        shown = self._shown.get(thread)
        return shown is not None and shown.is_certain and _get_time() - shown.sent_at < max_age

    def list_threads(self) -> list[Thread]:
        """Return the threads that may show a status; forget statuses that have expired."""
        oldest = _get_time() - LIFETIME_SECONDS
        self._shown = {key: shown for key, shown in self._shown.items() if shown.sent_at > oldest}
        return list(self._shown)

    def _note_failure(
        self,
        thread: Thread,
        before: _ShownStatus | None,
        after: _ShownStatus | None,
        error: EaselError,
    ) -> None:
        """Forget what Slack has certainly not shown. After a lost answer both may be there."""
        is_uncertain = isinstance(error, TransientError) and error.retry_after is None
        if after is None and not isinstance(error, TransientError):
            self._replace(thread, before, None)  # there is no thread to show one
        elif after is not None and is_uncertain:
            self._shown.setdefault(thread, after)
        elif after is not None:
            self._replace(thread, after, before)

    def _replace(
        self, thread: Thread, expected: _ShownStatus | None, new: _ShownStatus | None
    ) -> None:
        """Note `new`, unless another call has changed the status meanwhile."""
        if expected is None or self._shown.get(thread) is not expected:
            return
        if new is None:
            del self._shown[thread]
        else:
            self._shown[thread] = new


def _get_time() -> float:
    return asyncio.get_running_loop().time()
