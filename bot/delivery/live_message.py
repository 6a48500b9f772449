"""One message of a reply as Slack shows it: streamed, or posted and edited; repaired if need be.

What belongs into the message and when to touch it, `reply.py` decides.
"""

from __future__ import annotations

import contextlib

from bot.domain.conversation import Person, Thread
from bot.domain.errors import SlackError, StreamEnded, TryLater
from bot.domain.ports import Chat
from bot.domain.posts import Mark


class ShownMessage:
    """`text` is what the message shows or, where Slack's answer was lost, should show."""

    def __init__(
        self, chat: Chat, thread: Thread, ts: str, text: str, *, streaming: bool, now: float
    ) -> None:
        self._chat = chat
        self._thread = thread
        self.ts = ts
        self.text = text
        self.streaming = streaming
        self.started_at = now
        # Slack may have taken a call whose answer never came: only an edit makes sure.
        self._unsure = False

    @classmethod
    async def stream(
        cls, chat: Chat, thread: Thread, asker: Person, text: str, *, now: float
    ) -> ShownMessage:
        """Begin a streamed message. Raises `StreamRefused`."""
        ts = await chat.start_stream(thread, asker, text)
        return cls(chat, thread, ts, text, streaming=True, now=now)

    async def append(self, text: str, mark: Mark) -> None:
        """Show more. Raises `StoppedByPerson`."""
        self.text += text
        if not self.streaming:
            await self._edit(mark)
            return
        try:
            await self._chat.append_stream(self._thread, self.ts, text)
        except TryLater:
            self._unsure = True
        except StreamEnded:
            self.streaming = False
            await self._edit(mark)

    async def end(self, text: str, mark: Mark) -> None:
        """Show the last of the text and end the message."""
        self.text += text
        if self.streaming:
            await self._stop(text, mark)
        elif text or mark.button:
            await self._edit(mark)
        if self._unsure:
            await self._edit(mark)

    async def _stop(self, text: str, mark: Mark) -> None:
        try:
            await self._chat.stop_stream(self._thread, self.ts, text, mark)
        except TryLater:
            self._unsure = True
            await self._stop_again(mark)
        except StreamEnded:
            self._unsure = True
        self.streaming = False

    async def _stop_again(self, mark: Mark) -> None:
        with contextlib.suppress(StreamEnded):  # then the first attempt had arrived
            await self._chat.stop_stream(self._thread, self.ts, "", mark)

    async def _edit(self, mark: Mark) -> None:
        await rewrite(self._chat, self._thread, self.ts, self.text, mark)
        self._unsure = False


async def rewrite(chat: Chat, thread: Thread, ts: str, text: str, mark: Mark) -> None:
    """Give a message of ours the whole `text`, also one that somebody left streaming."""
    try:
        await chat.update(thread, ts, text, mark)
    except SlackError as error:
        if error.code != "streaming_state_conflict":
            raise
        with contextlib.suppress(StreamEnded):
            await chat.stop_stream(thread, ts, "", mark)
        await chat.update(thread, ts, text, mark)
