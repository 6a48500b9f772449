"""Writes a growing text into a thread, one message after another, within Slack's limits.

`live_message.py` keeps a message that grows, `poster.py` posts whole ones, `markdown.py` cuts the
text. `reply.py` decides when each call is made.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from bot.delivery.live_message import LOST_CODES, AppendResult, LiveMessage, is_unusable
from bot.delivery.markdown import MAX_MESSAGE_BYTES, count_bytes, cut_first_part
from bot.delivery.poster import Poster
from bot.delivery.status import WRITING_STATUS, Status
from bot.domain.errors import (
    ContentRefused,
    EaselError,
    SlackError,
    StreamRefused,
    TransientError,
)
from bot.domain.ports import Chat
from bot.domain.posts import Controls, PostMetadata
from bot.domain.questions import Question
from bot.domain.safe_text import NO_TEXT, SafeText

APPEND_INTERVAL_SECONDS = 1.0
# Slack allows fewer edits than appends.
EDIT_INTERVAL_SECONDS = 3.0
# Slack ends a stream after about five minutes.
MAX_STREAM_SECONDS = 240.0
# How soon to try again while Slack takes nothing.
FAILURE_INTERVAL_SECONDS = 10.0

log = structlog.get_logger(__name__)


class MessageWriter:
    """Writes the text of one reply. `add` never waits; the other calls are made one at a time.

    The asynchronous calls raise the `EaselError` that keeps the text from being shown.
    `waiting_since`: the loop time from which words wait that Slack may not show, None if none do.
    """

    def __init__(self, chat: Chat, question: Question, poster: Poster, status: Status) -> None:
        self._chat = chat
        self._thread = question.thread
        self._asker = question.asker
        self._poster = poster
        self._status = status
        self._metadata = PostMetadata(question.id)
        self._last_metadata = self._metadata  # of the last message, which may carry controls
        self._pending = NO_TEXT  # text that no call has carried yet
        self._opening_fence = NO_TEXT  # opens again the code block that the last cut went through
        self._message: LiveMessage | None = None
        self._can_stream = True
        self._next_write_at = 0.0
        # Its messages show the earlier answer until the new one is whole.
        self.is_held = question.is_regeneration
        self.waiting_since: float | None = None

    def add(self, text: SafeText, *, in_front: bool = False) -> None:
        """Take more text; `in_front` only while nothing is shown."""
        self._pending = text + self._pending if in_front else self._pending + text
        if self.waiting_since is None and text.strip():
            self.waiting_since = _get_time()

    def set_controls(self, controls: Controls, language: str) -> None:
        """Put `controls` under the last message of the reply, labelled in `language`."""
        self._last_metadata = replace(self._metadata, controls=controls, language=language)

    def get_due_time(self) -> float:
        """Return the loop time from which `write_pending` should be called; infinity for never."""
        return self._next_write_at if self._has_showable_text() else float("inf")

    async def write_pending(self) -> None:
        """Show the pending text, if this minute's allowance has room for it.

        Text that Slack does not take now stays pending. Raises `StoppedByPerson`, and the
        `EaselError` that keeps a message from being completed.
        """
        message, interval = self._message, 0.0
        if self.is_held:
            self._status.set(WRITING_STATUS)
        elif message is None:
            try:
                await self._begin_message()
            except (TransientError, ContentRefused) as error:
                log.info("text_waits", error=type(error).__name__, code=error.code)
                interval = FAILURE_INTERVAL_SECONDS
        elif self._is_full(message) or self._is_old(message):
            await self._roll_over(message)
        elif self._try_acquire_change(message):
            await self._append(message)
        self._next_write_at = _get_time() + (interval or self._get_interval())

    async def write_rest(self) -> None:
        """Show all text that is left, then delete messages of an earlier attempt that remain."""
        message = self._message
        if message is not None and self._is_full(message):
            await self._roll_over(message)
        elif message is not None:
            self._message = None
            async with self._replace_if_stuck(message):
                await message.end(self._take_pending(), self._last_metadata)
        self._status.text = ""
        await self._poster.post_parts(
            self._take_pending(), self._opening_fence, self._metadata, self._last_metadata
        )
        self._note_shown()
        await self._poster.delete_leftovers()

    async def end_message(self) -> None:
        """End the message that is being written, if there is one, with the text it has."""
        if self._message is not None:
            await self._message.end(NO_TEXT, self._last_metadata)

    def forget_message(self) -> None:
        """Leave the current message to Slack, which has ended it."""
        self._message = None

    async def _begin_message(self) -> None:
        if count_bytes(self._opening_fence) + count_bytes(self._pending) > MAX_MESSAGE_BYTES:
            await self._post_first_part()
        elif self._poster.has_leftovers:
            # A message of an earlier attempt is reused when the whole text for it is there.
            self._status.set(WRITING_STATUS)
        elif self._can_stream and self._chat.try_acquire_stream():
            await self._start_stream()
        elif self._has_waited() and self._chat.try_acquire_update():
            # The allowance for the edit that completes the message is taken in advance, so the
            # message is never left half written. Without it, the status stays and the text waits.
            await self._post_editable()

    async def _post_first_part(self) -> None:
        part, next_fence = cut_first_part(self._pending, opening_fence=self._opening_fence)
        await self._poster.post_once(self._poster.escape(str(part)), self._metadata)
        self._pending = self._pending[len(part.body) :]
        self._opening_fence = self._poster.escape(next_fence)
        self._note_shown()
        self._status.text = ""

    async def _start_stream(self) -> None:
        pending = self._take_pending()
        text = self._opening_fence + pending
        try:
            message = await LiveMessage.start_stream(
                self._chat, self._thread, self._asker, text, now=_get_time()
            )
        except (StreamRefused, TransientError) as error:
            self._can_stream = False
            self._pending = pending + self._pending
            if isinstance(error, TransientError) and error.retry_after is None:
                self._poster.has_uncertain_post = True
        else:
            self._poster.note_new(message.ts)
            self._set_message(message)

    async def _post_editable(self) -> None:
        pending = self._take_pending()
        text = self._opening_fence + pending
        try:
            ts = await self._poster.post_once(text, self._metadata)
        except EaselError:
            self._pending = pending + self._pending
            raise
        self._set_message(
            LiveMessage(self._chat, self._thread, ts, text, is_streaming=False, now=_get_time())
        )
        # Unlike a stream, a plain message does not show that more is to come.
        self._status.set(WRITING_STATUS)

    async def _append(self, message: LiveMessage) -> None:
        text = self._take_pending()
        async with self._replace_if_stuck(message):
            result = await message.append(text, self._metadata)
            if result is AppendResult.REFUSED:
                self._pending = text + self._pending
            elif result is AppendResult.SHOWN:
                self._note_shown()
                self._status.end_sign()

    async def _roll_over(self, message: LiveMessage) -> None:
        """End a message that is full or old; what does not fit into it begins the next one."""
        text = message.text + self._pending
        part, next_fence = cut_first_part(text, min_chars=len(message.text))
        body, self._pending = text[: len(part.body)], text[len(part.body) :]
        last_text = body[len(message.text) :] + self._poster.escape(part.closing_fence)
        self._message, self._opening_fence = None, self._poster.escape(next_fence)
        async with self._replace_if_stuck(message, text_again=body):
            await message.end(last_text, self._metadata)
            self._note_shown()

    @asynccontextmanager
    async def _replace_if_stuck(
        self, message: LiveMessage, *, text_again: SafeText | None = None
    ) -> AsyncIterator[None]:
        """Run a block that changes `message`.

        Where Slack does not take the change, the message goes, and all of its text, or
        `text_again`, is pending again for a new one. Raises `TransientError` if the message
        cannot be deleted: two would show the same text.
        """
        try:
            yield
        except TransientError:
            await self._poster.delete(message.ts)
        except SlackError as error:
            if not is_unusable(error):
                raise
            if error.code not in LOST_CODES:
                with contextlib.suppress(SlackError):
                    await self._poster.delete(message.ts)
        else:
            return
        self._message, self._opening_fence = None, NO_TEXT
        self._pending = (message.text if text_again is None else text_again) + self._pending

    def _try_acquire_change(self, message: LiveMessage) -> bool:
        if message.is_streaming:
            return self._chat.try_acquire_append()
        return self._chat.try_acquire_update()

    def _set_message(self, message: LiveMessage) -> None:
        self._message, self._opening_fence = message, NO_TEXT
        self._note_shown()

    def _note_shown(self) -> None:
        """Note that Slack has taken all words but those that are pending."""
        self._poster.note_shown()
        if not self._pending.strip():
            self.waiting_since = None

    def _take_pending(self) -> SafeText:
        text, self._pending = self._pending, NO_TEXT
        return text

    def _get_interval(self) -> float:
        is_streaming = self._message is not None and self._message.is_streaming
        return APPEND_INTERVAL_SECONDS if is_streaming else EDIT_INTERVAL_SECONDS

    def _has_showable_text(self) -> bool:
        # Slack refuses a message of white space alone.
        return bool(self._pending) and (self._message is not None or bool(self._pending.strip()))

    def _has_waited(self) -> bool:
        """Whether the first text has waited for an interval, so that more of it is there."""
        return self._next_write_at > 0.0

    def _is_full(self, message: LiveMessage) -> bool:
        return count_bytes(message.text) + count_bytes(self._pending) > MAX_MESSAGE_BYTES

    def _is_old(self, message: LiveMessage) -> bool:
        return message.is_streaming and _get_time() - message.started_at > MAX_STREAM_SECONDS


def _get_time() -> float:
    return asyncio.get_running_loop().time()
