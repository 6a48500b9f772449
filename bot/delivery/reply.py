"""A growing reply in a thread, within Slack's limits. What it says, others decide.

One task owns every call to Slack, so one is in flight at a time; whatever arrives meanwhile goes
with the next. `shown.py` holds a message, `posting.py` whole ones, this module order and pace.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from bot.delivery.cancellation import StopButton
from bot.delivery.live_message import LiveMessage
from bot.delivery.markdown import (
    MAX_MESSAGE_BYTES,
    SlackEscaper,
    count_bytes,
    cut_first_part,
    split_text,
)
from bot.delivery.poster import UNUSABLE_CODES, MessageLog, Poster
from bot.delivery.status import Status
from bot.domain.errors import EaselError, SlackError, StoppedByPerson, StreamRefused, TransientError
from bot.domain.ports import Chat
from bot.domain.posts import Button, PostMetadata
from bot.domain.questions import Question

APPEND_INTERVAL_SECONDS = 1.0
# Edits are scarcer than appends, and a plain message has no sign that more is to come.
EDIT_INTERVAL_SECONDS = 3.0
# Slack ends a stream after about five minutes.
MAX_STREAM_SECONDS = 240.0
WRITING_STATUS = "is writing…"
_CLEANUP_TIMEOUT_SECONDS = 5.0


class Reply:
    """Use as a context manager around `add`, `finish` and `say`.

    The status is shown from the start without the caller waiting for Slack. `visible`: text has
    been sent to Slack, or is being sent, `has_said`: some was added. `stop_button` is pressed by
    the person.

    Messages that an earlier attempt left behind, `question.messages`, are used up before any new
    one is posted, so that no reply is ever seen twice. `log` learns of each message's ts.
    """

    def __init__(self, chat: Chat, question: Question, message_log: MessageLog) -> None:
        self._chat = chat
        self._thread = question.thread
        self._asker = question.asker
        self._metadata = PostMetadata(question.id)
        self.message_log = message_log
        self.poster = Poster(chat, question, message_log)
        self._escaper = SlackEscaper(question.asker.id)
        self.has_added_text = False
        self._pending = ""  # safe text that no call has carried yet
        self._opening_fence = ""  # the fence that the next message has to open again
        self._message: LiveMessage | None = None
        self._can_stream = True
        self._next_show_at = 0.0  # loop time of the next call that shows text
        self._is_finishing = False
        self._is_leaving = False
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.status = Status(chat, question.thread, now=self._loop.time())
        self._task: asyncio.Task[None] | None = None
        self.stop_button = StopButton()
        self.is_visible = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._show(), name="reply")
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        # Shielded: whoever cancels us, no message stays streaming and no status stays behind.
        await asyncio.shield(asyncio.create_task(self._clean_up(), name="leave"))

    def add(self, text: str) -> None:
        """Take more of the model's text; it is shown soon."""
        self._pending += self._escaper.feed(text)
        self.has_added_text = self.has_added_text or bool(text.strip())
        self._changed.set()

    def set_status(self, status: str) -> None:
        """Say what Easel is doing now, as in “is drawing…”."""
        self.status.wanted = status
        self._changed.set()

    async def finish(self, note: str = "", *, button: Button = Button.NONE) -> None:
        """Show all that is left, then `note`, one of our own sentences, as its own paragraph.

        There may be a `button` under it. Raises the `EaselError` that kept the text from
        being shown.
        """
        self._pending += self._escaper.close()
        if note:
            self._pending += f"\n\n{note}" if self.has_added_text else note
        self._metadata = PostMetadata(self._metadata.question_id, button)
        self._is_finishing = True
        self._changed.set()
        if self._task is not None:
            await self._task

    async def _show(self) -> None:
        try:
            while not self._is_finishing and not self._is_leaving:
                now = self._loop.time()
                if self.status.get_due_time() <= now:
                    await self.status.show(now)
                elif self._has_pending_text() and self._next_show_at <= now:
                    await self._show_pending()
                    self._next_show_at = self._loop.time() + self._get_interval()
                else:
                    await self._wait_for_change()
            if self._is_finishing:
                await self._show_rest()
        except StoppedByPerson:
            self._message = None
            self.stop_button.press()

    async def _wait_for_change(self) -> None:
        until = min(
            self.status.get_due_time(),
            self._next_show_at if self._has_pending_text() else float("inf"),
        )
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(None if until == float("inf") else until):
                await self._changed.wait()

    def _has_pending_text(self) -> bool:
        # Slack refuses a message of nothing but white space.
        return bool(self._pending) and (self._message is not None or bool(self._pending.strip()))

    def _get_interval(self) -> float:
        streaming = self._message is not None and self._message.is_streaming
        return APPEND_INTERVAL_SECONDS if streaming else EDIT_INTERVAL_SECONDS

    async def _show_pending(self) -> None:
        """Show what is pending, if this minute's allowance has room for it."""
        self.is_visible = True
        message = self._message
        if message is None:
            await self._start_message()
        elif self._is_full(message) or self._is_old(message):
            await self._roll_over(message)
        elif (
            self._chat.try_acquire_append()
            if message.is_streaming
            else self._chat.try_acquire_update()
        ):
            await self._call_or_restart(
                message, message.append(self._take_pending(), self._metadata)
            )

    async def _start_message(self) -> None:
        if count_bytes(self._opening_fence) + count_bytes(self._pending) > MAX_MESSAGE_BYTES:
            await self._post_first_part()
        elif self.poster.has_leftovers:
            self.status.wanted = (
                WRITING_STATUS  # an old message is replaced by a whole one, at the end
            )
        elif self._can_stream and self._chat.try_acquire_stream():
            await self._start_stream()
        elif self._next_show_at and self._chat.try_acquire_update():
            # The edit that completes the message is taken beforehand: it is never left half
            # shown. Without one the status stays and the text waits for its end.
            text = self._opening_fence + self._take_pending()
            ts = await self.poster.post_once(text, self._metadata)
            self._set_message(
                LiveMessage(
                    self._chat, self._thread, ts, text, is_streaming=False, now=self._get_time()
                )
            )
            self.status.wanted = WRITING_STATUS

    async def _start_stream(self) -> None:
        text = self._take_pending()
        try:
            message = await LiveMessage.start_stream(
                self._chat,
                self._thread,
                self._asker,
                self._opening_fence + text,
                now=self._get_time(),
            )
        except (StreamRefused, TransientError) as error:
            self._can_stream = False
            self._pending = text + self._pending
            if isinstance(error, TransientError):
                self.poster.has_uncertain_post = True
        else:
            self.message_log.record(message.ts)
            self._set_message(message)

    async def _post_first_part(self) -> None:
        part, opening = cut_first_part(self._pending, opening_fence=self._opening_fence)
        await self.poster.post_once(str(part), self._metadata)
        self._pending = self._pending[len(part.body) :]
        self._opening_fence = opening
        self.status.mark_cleared()

    async def _roll_over(self, message: LiveMessage) -> None:
        """End a message that is full or old; the next begins with what it had no room for."""
        text = message.text + self._pending
        part, opening = cut_first_part(text, min_chars=len(message.text))
        self._message, self._opening_fence = None, opening
        self._pending = text[len(part.body) :]
        last = part.body[len(message.text) :] + part.closing_fence
        await message.end(last, PostMetadata(self._metadata.question_id))

    async def _show_rest(self) -> None:
        self.is_visible = True
        message = self._message
        if message is not None and self._is_full(message):
            await self._roll_over(message)
        elif message is not None:
            self._message = None
            await self._call_or_restart(message, message.end(self._take_pending(), self._metadata))
        parts = [
            part
            for part in split_text(self._take_pending(), opening_fence=self._opening_fence)
            if part.body.strip()
        ]
        for part in parts:
            mark = self._metadata if part is parts[-1] else PostMetadata(self._metadata.question_id)
            await self.poster.post_once(str(part), mark)
            self.status.mark_cleared()
        await self.poster.delete_leftovers()

    async def _clean_up(self) -> None:
        """Let a call that is in flight end, for its message would be nobody's; then tidy up."""
        self._is_leaving = True
        self._changed.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=_CLEANUP_TIMEOUT_SECONDS)
            self._task.cancel()
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.exception()  # `finish` raises it; where nobody called that, no news
        with contextlib.suppress(EaselError, TimeoutError):
            async with asyncio.timeout(_CLEANUP_TIMEOUT_SECONDS):
                if self._message is not None:
                    await self._message.end("", self._metadata)
                self.status.wanted = ""
                if self.status.is_stale():
                    await self.status.show(self._get_time())

    async def _call_or_restart(self, message: LiveMessage, call: Coroutine[Any, Any, None]) -> None:
        """Make `call` on `message`; where somebody has deleted it, show all of it anew."""
        try:
            await call
        except SlackError as error:
            if error.code not in UNUSABLE_CODES:
                raise
            self._message = None
            self._pending = message.text + self._pending

    def _is_full(self, message: LiveMessage) -> bool:
        return count_bytes(message.text) + count_bytes(self._pending) > MAX_MESSAGE_BYTES

    def _is_old(self, message: LiveMessage) -> bool:
        return message.is_streaming and self._get_time() - message.started_at > MAX_STREAM_SECONDS

    def _set_message(self, message: LiveMessage) -> None:
        self._message, self._opening_fence = message, ""
        self.status.mark_cleared()

    def _take_pending(self) -> str:
        text, self._pending = self._pending, ""
        return text

    def _get_time(self) -> float:
        return self._loop.time()
