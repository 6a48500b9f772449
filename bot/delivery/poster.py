"""Whole messages of a reply, each put up once: into a message that is there already, or posted.

What they say and when, `reply.py` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import structlog

from bot.delivery.live_message import rewrite
from bot.domain.errors import SlackError, TryLater
from bot.domain.ports import Chat
from bot.domain.posts import Mark
from bot.domain.questions import Question

log = structlog.get_logger(__name__)

# A person or the workspace took it away, or closed it for edits.
UNUSABLE = {"message_not_found", "cant_update_message", "edit_window_closed"}


class MessageLog(Protocol):
    """Remembers a reply's messages."""

    def note(self, ts: str) -> None:
        """Slack shows a message of the reply; remember it at once, without being waited for."""
        ...

    def background(self, noting: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `noting` at once, without being waited for."""
        ...

    def unnoted(self) -> tuple[str, ...]:
        """The messages that the store has not taken yet."""
        ...

    async def lost(self) -> list[str]:
        """The reply's messages in Slack that were never noted, oldest first. Asks Slack."""
        ...


class Posting:
    """`maybe_lost`: Slack may have taken a message without our learning its ts."""

    def __init__(self, chat: Chat, question: Question, log: MessageLog) -> None:
        self._chat = chat
        self._thread = question.thread
        self._left = list(question.messages)  # of an earlier attempt, to be used up
        self._log = log
        self.maybe_lost = False

    @property
    def has_some_left(self) -> bool:
        return bool(self._left)

    async def put_up(self, text: str, mark: Mark) -> str:
        """Show `text` as one whole message; return its ts. Raises `EaselError`."""
        for may_repeat in (True, False):
            if self.maybe_lost:
                await self.look_for_lost()
            ts = await self._into_one_left(text, mark)
            if ts:
                return ts
            try:
                ts = await self._chat.post(self._thread, text, mark)
            except TryLater:
                self.maybe_lost = True
                if not may_repeat:
                    raise
            else:
                self._log.note(ts)
                return ts
        raise AssertionError("the second attempt returns or raises")

    async def remove_what_is_left(self) -> None:
        """Delete messages of an earlier attempt that this answer had no need for."""
        if self.maybe_lost:
            await self.look_for_lost()
        while self._left:
            await self._chat.delete(self._thread, self._left[0])
            del self._left[0]

    async def look_for_lost(self) -> None:
        """Ask Slack for the reply's messages that nobody noted, to use them up.

        Where Slack does not let Easel look, a repeated message is better than none.
        """
        try:
            found = await self._log.lost()
        except SlackError as error:
            log.warning("cannot_look", code=error.code)
            found = []
        self._left += found
        for ts in found:
            self._log.note(ts)
        self.maybe_lost = False

    async def _into_one_left(self, text: str, mark: Mark) -> str:
        """Rewrite a message that is there already; "" where there is none."""
        while self._left:
            ts = self._left[0]
            try:
                await rewrite(self._chat, self._thread, ts, text, mark)
            except SlackError as error:
                if error.code not in UNUSABLE:
                    raise
                del self._left[0]
            else:
                del self._left[0]
                return ts
        return ""
