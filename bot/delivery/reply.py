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
from bot.delivery.live_message import ShownMessage
from bot.delivery.markdown import LIMIT_BYTES, Neutraliser, first_part, size, split
from bot.delivery.poster import UNUSABLE, MessageLog, Posting
from bot.delivery.status import Status
from bot.domain.errors import EaselError, SlackError, StoppedByPerson, StreamRefused, TryLater
from bot.domain.ports import Chat
from bot.domain.posts import Button, Mark
from bot.domain.questions import Question

PACE_SECONDS = 1.0
# Edits are scarcer than appends, and a plain message has no sign that more is to come.
EDIT_SECONDS = 3.0
# Slack ends a stream after about five minutes.
STREAM_SECONDS = 240.0
WRITING = "is writing…"
_TIDY_SECONDS = 5.0


class Reply:
    """Use as a context manager around `add`, `finish` and `say`.

    The status is shown from the start without the caller waiting for Slack. `visible`: text has
    been sent to Slack, or is being sent, `has_said`: some was added. `stop_button` is pressed by
    the person.

    Messages that an earlier attempt left behind, `question.messages`, are used up before any new
    one is posted, so that no reply is ever seen twice. `log` learns of each message's ts.
    """

    def __init__(self, chat: Chat, question: Question, log: MessageLog) -> None:
        self._chat = chat
        self._thread = question.thread
        self._asker = question.asker
        self._mark = Mark(question.id)
        self.log = log
        self.posting = Posting(chat, question, log)
        self._safe = Neutraliser(question.asker.id)
        self.has_said = False
        self._pending = ""  # safe text that no call has carried yet
        self._opening = ""  # the fence that the next message has to open again
        self._message: ShownMessage | None = None
        self._streams_work = True
        self._next_at = 0.0  # loop time of the next call that shows text
        self._closing = False
        self._leaving = False
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.status = Status(chat, question.thread, now=self._loop.time())
        self._task: asyncio.Task[None] | None = None
        self.stop_button = StopButton()
        self.visible = False

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
        await asyncio.shield(asyncio.create_task(self._leave(), name="leave"))

    def add(self, text: str) -> None:
        """Take more of the model's text; it is shown soon."""
        self._pending += self._safe.feed(text)
        self.has_said = self.has_said or bool(text.strip())
        self._changed.set()

    def busy(self, status: str) -> None:
        """Say what Easel is doing now, as in “is drawing…”."""
        self.status.wanted = status
        self._changed.set()

    async def finish(self, note: str = "", *, button: Button = Button.NONE) -> None:
        """Show all that is left, then `note`, one of our own sentences, as its own paragraph.

        There may be a `button` under it. Raises the `EaselError` that kept the text from
        being shown.
        """
        self._pending += self._safe.close()
        if note:
            self._pending += f"\n\n{note}" if self.has_said else note
        self._mark = Mark(self._mark.question, button)
        self._closing = True
        self._changed.set()
        if self._task is not None:
            await self._task

    async def _show(self) -> None:
        try:
            while not self._closing and not self._leaving:
                now = self._loop.time()
                if self.status.due_at() <= now:
                    await self.status.show(now)
                elif self._has_text() and self._next_at <= now:
                    await self._show_some()
                    self._next_at = self._loop.time() + self._pace()
                else:
                    await self._wait_for_change()
            if self._closing:
                await self._show_the_rest()
        except StoppedByPerson:
            self._message = None
            self.stop_button.press()

    async def _wait_for_change(self) -> None:
        until = min(self.status.due_at(), self._next_at if self._has_text() else float("inf"))
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(None if until == float("inf") else until):
                await self._changed.wait()

    def _has_text(self) -> bool:
        # Slack refuses a message of nothing but white space.
        return bool(self._pending) and (self._message is not None or bool(self._pending.strip()))

    def _pace(self) -> float:
        streaming = self._message is not None and self._message.streaming
        return PACE_SECONDS if streaming else EDIT_SECONDS

    async def _show_some(self) -> None:
        """Show what is pending, if this minute's allowance has room for it."""
        self.visible = True
        message = self._message
        if message is None:
            await self._begin()
        elif self._is_full(message) or self._is_old(message):
            await self._roll_over(message)
        elif self._chat.may_append() if message.streaming else self._chat.may_update():
            await self._kept_up(message, message.append(self._take(), self._mark))

    async def _begin(self) -> None:
        if size(self._opening) + size(self._pending) > LIMIT_BYTES:
            await self._post_first_part()
        elif self.posting.has_some_left:
            self.status.wanted = WRITING  # an old message is replaced by a whole one, at the end
        elif self._streams_work and self._chat.may_stream():
            await self._begin_stream()
        elif self._next_at and self._chat.may_update():
            # The edit that completes the message is taken beforehand: it is never left half
            # shown. Without one the status stays and the text waits for its end.
            text = self._opening + self._take()
            ts = await self.posting.put_up(text, self._mark)
            self._begun(
                ShownMessage(self._chat, self._thread, ts, text, streaming=False, now=self._now())
            )
            self.status.wanted = WRITING

    async def _begin_stream(self) -> None:
        text = self._take()
        try:
            message = await ShownMessage.stream(
                self._chat, self._thread, self._asker, self._opening + text, now=self._now()
            )
        except (StreamRefused, TryLater) as error:
            self._streams_work = False
            self._pending = text + self._pending
            if isinstance(error, TryLater):
                self.posting.maybe_lost = True
        else:
            self.log.note(message.ts)
            self._begun(message)

    async def _post_first_part(self) -> None:
        part, opening = first_part(self._pending, opening=self._opening)
        await self.posting.put_up(str(part), self._mark)
        self._pending = self._pending[len(part.body) :]
        self._opening = opening
        self.status.cleared_by_slack()

    async def _roll_over(self, message: ShownMessage) -> None:
        """End a message that is full or old; the next begins with what it had no room for."""
        text = message.text + self._pending
        part, opening = first_part(text, at_least=len(message.text))
        self._message, self._opening = None, opening
        self._pending = text[len(part.body) :]
        last = part.body[len(message.text) :] + part.closing
        await message.end(last, Mark(self._mark.question))

    async def _show_the_rest(self) -> None:
        self.visible = True
        message = self._message
        if message is not None and self._is_full(message):
            await self._roll_over(message)
        elif message is not None:
            self._message = None
            await self._kept_up(message, message.end(self._take(), self._mark))
        parts = [part for part in split(self._take(), opening=self._opening) if part.body.strip()]
        for part in parts:
            mark = self._mark if part is parts[-1] else Mark(self._mark.question)
            await self.posting.put_up(str(part), mark)
            self.status.cleared_by_slack()
        await self.posting.remove_what_is_left()

    async def _leave(self) -> None:
        """Let a call that is in flight end, for its message would be nobody's; then tidy up."""
        self._leaving = True
        self._changed.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=_TIDY_SECONDS)
            self._task.cancel()
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.exception()  # `finish` raises it; where nobody called that, no news
        with contextlib.suppress(EaselError, TimeoutError):
            async with asyncio.timeout(_TIDY_SECONDS):
                if self._message is not None:
                    await self._message.end("", self._mark)
                self.status.wanted = ""
                if self.status.is_stale():
                    await self.status.show(self._now())

    async def _kept_up(self, message: ShownMessage, call: Coroutine[Any, Any, None]) -> None:
        """Make `call` on `message`; where somebody has deleted it, show all of it anew."""
        try:
            await call
        except SlackError as error:
            if error.code not in UNUSABLE:
                raise
            self._message = None
            self._pending = message.text + self._pending

    def _is_full(self, message: ShownMessage) -> bool:
        return size(message.text) + size(self._pending) > LIMIT_BYTES

    def _is_old(self, message: ShownMessage) -> bool:
        return message.streaming and self._now() - message.started_at > STREAM_SECONDS

    def _begun(self, message: ShownMessage) -> None:
        self._message, self._opening = message, ""
        self.status.cleared_by_slack()

    def _take(self) -> str:
        text, self._pending = self._pending, ""
        return text

    def _now(self) -> float:
        return self._loop.time()
