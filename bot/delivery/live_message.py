"""Keeps one message of a reply in Slack: streamed, or posted and edited, and repaired if need be.

`message_writer.py` decides what the message says and when to change it.
"""

from __future__ import annotations

import contextlib
from enum import Enum

from bot.domain.conversation import Person, Thread
from bot.domain.errors import ContentRefused, SlackError, StreamEnded, TransientError
from bot.domain.ports import Chat
from bot.domain.posts import PostMetadata
from bot.domain.safe_text import NO_TEXT, SafeText

# A person or the workspace deleted the message, or closed it for edits.
LOST_CODES = {"message_not_found", "cant_update_message", "edit_window_closed"}
_STILL_STREAMING_CODE = "streaming_state_conflict"


class AppendResult(Enum):
    """What became of text that was to be added to a message."""

    SHOWN = "shown"
    UNCERTAIN = "uncertain"  # Slack's answer was lost; the end of the message settles it
    REFUSED = "refused"  # it has to be added again


class LiveMessage:
    """A message that grows. `text` is what it shows or, where Slack's answer was lost, should show.

    `started_at` is the loop time at which it was begun. Every call raises `EaselError` where
    Slack does not take it.
    """

    def __init__(
        self, chat: Chat, thread: Thread, ts: str, text: SafeText, *, is_streaming: bool, now: float
    ) -> None:
        self._chat = chat
        self._thread = thread
        self.ts = ts
        self.text = text
        self.is_streaming = is_streaming
        self.started_at = now
        # Slack may have taken a call although its answer never came; an edit settles the matter.
        self._is_uncertain = False

    @classmethod
    async def start_stream(
        cls, chat: Chat, thread: Thread, asker: Person, text: SafeText, *, now: float
    ) -> LiveMessage:
        """Begin a streamed message. Raises `StreamRefused`."""
        ts = await chat.start_stream(thread, asker, text)
        return cls(chat, thread, ts, text, is_streaming=True, now=now)

    async def append(self, text: SafeText, metadata: PostMetadata) -> AppendResult:
        """Add `text` to the message, unless it has to be added later.

        Raises `StoppedByPerson`, and `SlackError` where the message takes no text any more.
        """
        before = self.text
        self.text += text
        try:
            await self._show_appended(text, metadata)
        except TransientError as error:
            if self.is_streaming and error.retry_after is None:
                self._is_uncertain = True
                return AppendResult.UNCERTAIN
            self.text = before
            return AppendResult.REFUSED
        return AppendResult.SHOWN

    async def _show_appended(self, text: SafeText, metadata: PostMetadata) -> None:
        if self.is_streaming:
            try:
                await self._chat.append_stream(self._thread, self.ts, text)
            except StreamEnded:
                self.is_streaming = False
            else:
                return
        await self._edit(metadata)

    async def end(self, text: SafeText, metadata: PostMetadata) -> None:
        """Add the last `text` and end the message."""
        self.text += text
        if self.is_streaming:
            await self._stop_stream(text, metadata)
        elif text or not metadata.controls.is_empty:
            await self._edit(metadata)
        if self._is_uncertain:
            await self._edit(metadata)

    async def _stop_stream(self, text: SafeText, metadata: PostMetadata) -> None:
        try:
            await self._chat.stop_stream(self._thread, self.ts, text, metadata)
        except TransientError:
            self._is_uncertain = True
            await self._retry_stop(metadata)
        except StreamEnded:
            self._is_uncertain = True
        self.is_streaming = False

    async def _retry_stop(self, metadata: PostMetadata) -> None:
        with contextlib.suppress(StreamEnded):  # then Slack had taken the first call
            await self._chat.stop_stream(self._thread, self.ts, NO_TEXT, metadata)

    async def _edit(self, metadata: PostMetadata) -> None:
        self._is_uncertain = True
        await rewrite(self._chat, self._thread, self.ts, self.text, metadata)
        self._is_uncertain = False


async def rewrite(
    chat: Chat, thread: Thread, ts: str, text: SafeText, metadata: PostMetadata
) -> None:
    """Replace the text of one of Easel's messages, ending its stream if one was left open.

    Raises `EaselError`.
    """
    try:
        await chat.update(thread, ts, text, metadata)
    except SlackError as error:
        if error.code != _STILL_STREAMING_CODE:
            raise
        with contextlib.suppress(StreamEnded):
            await chat.stop_stream(thread, ts, NO_TEXT, metadata)
        await chat.update(thread, ts, text, metadata)


def is_unusable(error: SlackError) -> bool:
    """Whether a message that Slack has refused to change has to be replaced by a new one."""
    is_lost = error.code in LOST_CODES or error.code == _STILL_STREAMING_CODE
    return is_lost or isinstance(error, ContentRefused)
