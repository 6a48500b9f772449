"""One message of a reply as Slack shows it: streamed, or posted and edited; repaired if need be.

What belongs into the message and when to touch it, `reply.py` decides.
"""

from __future__ import annotations

import contextlib

from bot.errors import StreamEnded, TryLater
from bot.ports import Chat
from bot.types import Person, Thread


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

    @classmethod
    async def post(cls, chat: Chat, thread: Thread, text: str, *, now: float) -> ShownMessage:
        """Post a message that will be edited."""
        ts = await chat.post(thread, text)
        return cls(chat, thread, ts, text, streaming=False, now=now)

    async def append(self, text: str) -> None:
        """Show more. Raises `StoppedByPerson`."""
        self.text += text
        if not self.streaming:
            await self._edit()
            return
        try:
            await self._chat.append_stream(self._thread, self.ts, text)
        except TryLater:
            self._unsure = True
        except StreamEnded:
            self.streaming = False
            await self._edit()

    async def end(self, text: str = "") -> None:
        """Show the last of the text and end the message."""
        self.text += text
        if self.streaming:
            await self._stop(text)
        elif text:
            await self._edit()
        if self._unsure:
            await self._edit()

    async def _stop(self, text: str) -> None:
        try:
            await self._chat.stop_stream(self._thread, self.ts, text)
        except TryLater:
            self._unsure = True
            await self._stop_again()
        except StreamEnded:
            self._unsure = True
        self.streaming = False

    async def _stop_again(self) -> None:
        with contextlib.suppress(StreamEnded):  # then the first attempt had arrived
            await self._chat.stop_stream(self._thread, self.ts, "")

    async def _edit(self) -> None:
        self._unsure = False
        await self._chat.update(self._thread, self.ts, self.text)
