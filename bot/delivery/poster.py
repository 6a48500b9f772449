"""Shows whole messages of a reply, each once: reuses a message that is there, or posts a new one.

`message_writer.py` decides what they say and when.
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

# A person or the workspace deleted the message, or closed it for edits.
UNUSABLE_CODES = {"message_not_found", "cant_update_message", "edit_window_closed"}


class MessageLog(Protocol):
    """Remembers a reply's messages. `MessageJournal` implements it."""

    def record(self, ts: str) -> None:
        """Remember a message of the reply that Slack shows. Returns without waiting for it."""
        ...

    def run_in_background(self, write: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start `write` at once. Returns without waiting for it."""
        ...

    def list_unrecorded(self) -> tuple[str, ...]:
        """Return the messages that the store has not taken yet."""
        ...

    async def find_lost(self) -> list[str]:
        """Ask Slack for the reply's messages that were never recorded; return them, oldest first.

        Raises `EaselError`.
        """
        ...


class Poster:
    """Posts the whole messages of one reply.

    Messages that an earlier attempt left behind, `question.messages`, are rewritten before any new
    one is posted. `has_uncertain_post`: Slack may have taken a message whose ts never came back.
    """

    def __init__(self, chat: Chat, question: Question, message_log: MessageLog) -> None:
        self._chat = chat
        self._thread = question.thread
        self._leftovers = list(question.messages)
        self._message_log = message_log
        self.has_uncertain_post = False

    @property
    def has_leftovers(self) -> bool:
        return bool(self._leftovers)

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
        """Delete the messages of an earlier attempt that this answer did not reuse."""
        if self.has_uncertain_post:
            await self.recover_lost_messages()
        while self._leftovers:
            await self._chat.delete(self._thread, self._leftovers[0])
            del self._leftovers[0]

    async def recover_lost_messages(self) -> None:
        """Ask Slack for the reply's messages that were never recorded, so that they are reused.

        Where Slack does not let Easel look, a repeated message is better than none.
        """
        try:
            lost = await self._message_log.find_lost()
        except SlackError as error:
            log.warning("cannot_look", code=error.code)
            lost = []
        self._leftovers += lost
        for ts in lost:
            self._message_log.record(ts)
        self.has_uncertain_post = False

    async def _reuse_leftover(self, text: str, metadata: PostMetadata) -> str:
        """Show `text` in a message that is already there; return its ts, "" if none is usable."""
        while self._leftovers:
            ts = self._leftovers[0]
            try:
                await rewrite(self._chat, self._thread, ts, text, metadata)
            except SlackError as error:
                if error.code not in UNUSABLE_CODES:
                    raise
                del self._leftovers[0]
            else:
                del self._leftovers[0]
                return ts
        return ""
