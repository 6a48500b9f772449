"""Whole messages of a reply, each put up once: into a message that is there already, or posted.

What they say and when, `reply.py` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import structlog

from bot.delivery.live_message import rewrite
from bot.domain.errors import SlackError, TransientError
from bot.domain.ports import Chat
from bot.domain.posts import PostMetadata
from bot.domain.questions import Question

log = structlog.get_logger(__name__)

# A person or the workspace took it away, or closed it for edits.
UNUSABLE_CODES = {"message_not_found", "cant_update_message", "edit_window_closed"}


class MessageLog(Protocol):
    """Remembers a reply's messages."""

    def record(self, ts: str) -> None:
        """Slack shows a message of the reply; remember it at once, without being waited for."""
        ...

    def run_in_background(self, write: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `noting` at once, without being waited for."""
        ...

    def list_unrecorded(self) -> tuple[str, ...]:
        """The messages that the store has not taken yet."""
        ...

    async def find_lost(self) -> list[str]:
        """The reply's messages in Slack that were never noted, oldest first. Asks Slack."""
        ...


class Poster:
    """`maybe_lost`: Slack may have taken a message without our learning its ts."""

    def __init__(self, chat: Chat, question: Question, message_log: MessageLog) -> None:
        self._chat = chat
        self._thread = question.thread
        self._leftover_messages = list(question.messages)  # of an earlier attempt, to be used up
        self._message_log = message_log
        self.has_uncertain_post = False

    @property
    def has_leftovers(self) -> bool:
        return bool(self._leftover_messages)

    async def post_once(self, text: str, metadata: PostMetadata) -> str:
        """Show `text` as one whole message; return its ts. Raises `EaselError`."""
        for may_repeat in (True, False):
            if self.has_uncertain_post:
                await self.recover_lost_messages()
            ts = await self._reuse_leftover(text, metadata)
            if ts:
                return ts
            try:
                ts = await self._chat.post(self._thread, text, metadata)
            except TransientError:
                self.has_uncertain_post = True
                if not may_repeat:
                    raise
            else:
                self._message_log.record(ts)
                return ts
        raise AssertionError("the second attempt returns or raises")

    async def delete_leftovers(self) -> None:
        """Delete messages of an earlier attempt that this answer had no need for."""
        if self.has_uncertain_post:
            await self.recover_lost_messages()
        while self._leftover_messages:
            await self._chat.delete(self._thread, self._leftover_messages[0])
            del self._leftover_messages[0]

    async def recover_lost_messages(self) -> None:
        """Ask Slack for the reply's messages that nobody noted, to use them up.

        Where Slack does not let Easel look, a repeated message is better than none.
        """
        try:
            found = await self._message_log.find_lost()
        except SlackError as error:
            log.warning("cannot_look", code=error.code)
            found = []
        self._leftover_messages += found
        for ts in found:
            self._message_log.record(ts)
        self.has_uncertain_post = False

    async def _reuse_leftover(self, text: str, metadata: PostMetadata) -> str:
        """Rewrite a message that is there already; "" where there is none."""
        while self._leftover_messages:
            ts = self._leftover_messages[0]
            try:
                await rewrite(self._chat, self._thread, ts, text, metadata)
            except SlackError as error:
                if error.code not in UNUSABLE_CODES:
                    raise
                del self._leftover_messages[0]
            else:
                del self._leftover_messages[0]
                return ts
        return ""
