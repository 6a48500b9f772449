"""Shows one reply in a thread while it grows. The caller supplies the text and the status.

A single task makes every call to Slack, so that only one is in flight at a time; text that
arrives meanwhile goes out with the next call. This module decides when calls are made:
`message_writer.py` writes the messages, `status.py` shows the status, `escaper.py` escapes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import structlog

from bot.delivery.escaper import SlackEscaper, escape_text
from bot.delivery.heading import Heading
from bot.delivery.long_answers import find_closing
from bot.delivery.message_journal import MessageLog
from bot.delivery.message_writer import MessageWriter
from bot.delivery.poster import Poster
from bot.delivery.status import RESTARTING_STATUS, Status, choose_last_status
from bot.delivery.status_board import StatusBoard
from bot.delivery.stopping.stop_button import StopButton
from bot.delivery.stopping.stop_message import StopMessage
from bot.domain.errors import EaselError, StoppedByPerson, TransientError
from bot.domain.messages import render
from bot.domain.ports import Chat
from bot.domain.posts import Controls
from bot.domain.questions import Question
from bot.domain.safe_text import NO_TEXT, SafeText
from bot.i18n.catalog import ENGLISH

log = structlog.get_logger(__name__)

_CLEANUP_TIMEOUT_SECONDS = 5.0
NO_CONTROLS = Controls()


class Reply:
    """The reply to one question. Use it as a context manager around `add` and `finish`.

    Entering shows the first status without waiting for Slack; leaving completes the message and
    clears the status, also after an error or a cancellation. After a `TransientError` the status
    stays and says that another attempt follows, and so it does where words have changed.

    `has_added_text`: some visible text was added. `is_visible`: text was sent to Slack, or is
    being sent. `stop_button` is pressed when the person stops the reply in Slack. `language` is
    that of Easel's own sentences in the reply.
    """

    def __init__(
        self,
        chat: Chat,
        question: Question,
        message_log: MessageLog,
        board: StatusBoard,
        language: str = ENGLISH,
    ) -> None:
        self.language = language
        self.message_log = message_log
        self.thread = question.thread
        self.stop_button = StopButton()
        self.has_added_text = False
        self.is_visible = False
        self._loop = asyncio.get_running_loop()
        self.status = Status(board, question.thread, now=self._loop.time(), language=language)
        self.poster = Poster(chat, question, message_log, self.status)
        if question.claims > 1:
            # Slack takes no status away when an earlier attempt ends, or its process.
            board.note_leftover(question.thread)
        self.stop_message = StopMessage(
            chat, question, self.poster, now=self._loop.time(), language=language
        )
        self._asker_id = question.asker.id
        self._escaper = SlackEscaper(self._asker_id)
        self._writer = MessageWriter(chat, question, self.poster, self.status)
        self._shown_parts: list[str] = []  # the model's text, as Slack gets it
        self.heading: Heading | None = None
        self._needs_heading = False
        self._sign_text = NO_TEXT  # a sign of life that is to be posted
        self._is_announced = False  # the heading is to be posted
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()  # wakes the task
        self._is_finishing = False  # all text has been added
        self._is_leaving = False  # the caller has left the context
        self._last_status: str = ""  # after a cancellation

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="reply")
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        clean_up = self._clean_up(choose_last_status(error) or self._last_status)
        # Shielded from cancellation, so that no message keeps streaming and no status remains.
        await asyncio.shield(asyncio.create_task(clean_up, name="reply-cleanup"))

    def add(self, text: str) -> None:
        """Add text of the model; the next call to Slack shows it."""
        self._add_safe(self._escaper.feed(text))
        self.has_added_text = self.has_added_text or bool(text.strip())
        self._changed.set()

    def set_labels(self, labels: Mapping[str, str]) -> None:
        """Name the people, channels and groups whose ids the text may hold. Call before `add`."""
        self._escaper.set_labels(labels)

    def set_heading(self, heading: Heading) -> None:
        """Begin the first message with the heading, if it needs that when written."""
        self.heading, self._needs_heading = heading, heading.is_needed

    def note_follow_up(self) -> None:
        """Note that another question was posted in the thread, maybe before the first message."""
        self._needs_heading = True

    def set_status(self, status: str) -> None:
        """Set the status line, such as “is drawing…”; the next call to Slack shows it."""
        self.status.set(status)
        self._changed.set()

    def is_seen(self, max_wait_seconds: float) -> bool:
        """Whether Slack shows something of the reply, and no words wait for longer than that."""
        shown_at, waiting_since = self.poster.shown_at, self._writer.waiting_since
        if shown_at is None or waiting_since is None:
            return shown_at is not None
        return self._loop.time() - max(shown_at, waiting_since) < max_wait_seconds

    def announce_restart(self) -> None:
        """Say in the last status that the answer begins again, because words have changed."""
        self._last_status = RESTARTING_STATUS

    def announce(self) -> None:
        """Let the reply's next message be its heading, until there is something better to show."""
        self._is_announced = True
        self._changed.set()

    def show_sign(self, text: str) -> None:
        """Let the reply's next message be `text`, until there is something better to show."""
        self._sign_text = self._escape(text)
        self._changed.set()

    async def tell_asker(self, sentence: str) -> None:
        """Tell who asked, alone, one of Easel's own sentences. Raises `EaselError`."""
        await self.poster.tell_asker(self._escape(sentence))

    async def finish(self, note: str = "", *, controls: Controls = NO_CONTROLS) -> None:
        """Show all text that is left, then `note`, Easel's own sentences, as a paragraph.

        The note stands outside of a code block that the text leaves open. The last message carries
        `controls`. Raises `EaselError` if the text cannot be shown.
        """
        self._add_safe(self._escaper.close())
        if note or not controls.is_empty:
            self._writer.add(self._escape(await find_closing("".join(self._shown_parts))))
        if note:
            self._writer.add(self._escape(f"\n\n{note}" if self.has_added_text else note))
        self._writer.set_controls(controls, self.language)
        self._is_finishing = True
        self._changed.set()
        if self._task is not None:
            await self._task

    async def take_back(self) -> None:
        """Show nothing of the answer, and delete what was posted with it. Raises `TransientError`
        if Slack may still show that."""
        self._is_leaving = True
        self._changed.set()
        if self._task is not None:
            await self._end_task(self._task)
        await self.stop_message.remove()

    def _escape(self, sentence: str) -> SafeText:
        """Return one of Easel's own sentences, in which the values are not its own."""
        return escape_text(render(sentence, self.language), self._asker_id)

    def _add_safe(self, text: SafeText) -> None:
        self._shown_parts.append(text)
        self._writer.add(text)

    async def _run(self) -> None:
        try:
            while not self._is_finishing and not self._is_leaving:
                await self._take_next_step()
            if self._is_finishing:
                await self._begin_showing()
                await self._writer.write_rest()
                await self._remove_stop_message()
        except StoppedByPerson:
            self._writer.forget_message()
            self.stop_button.press()

    async def _take_next_step(self) -> None:
        """Show what is due, the status first, or wait until something is due."""
        now = self._loop.time()
        if self.status.get_due_time() <= now:
            await self.status.show(now)
        elif self._writer.get_due_time() <= now:
            if not self._writer.is_held:
                await self._begin_showing()
            await self._writer.write_pending()
        elif self.stop_message.get_due_time() <= now:
            await self.stop_message.post(now)
        elif self._sign_text or self._is_announced:
            await self._post_sign()
        else:
            await self._wait_for_change()

    async def _remove_stop_message(self) -> None:
        """Delete it; where Slack does not answer, that is tried again before the question ends."""
        with contextlib.suppress(TransientError):
            await self.stop_message.remove()

    async def _begin_showing(self) -> None:
        """Put the heading in front of the first message, if it needs one."""
        if not self.is_visible and self._needs_heading and self.heading is not None:
            heading = render(await self.heading.build(), self.language)
            self._writer.add(self._escape(f"{heading}\n\n"), in_front=True)
        self.is_visible = True

    async def _post_sign(self) -> None:
        if self._is_announced and self.heading is not None:
            self._sign_text = self._escape(render(await self.heading.build(), self.language))
        self._is_announced = False
        text, self._sign_text = self._sign_text, NO_TEXT
        try:
            await self.poster.post_sign(text)
        except EaselError as error:
            log.info("no_sign_given", error=type(error).__name__, code=error.code)

    async def _wait_for_change(self) -> None:
        """Wait until `add`, `set_status` or `finish` is called, or something is due."""
        parts = (self.status, self._writer, self.stop_message)
        due_time = min(part.get_due_time() for part in parts)
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(None if due_time == float("inf") else due_time):
                await self._changed.wait()

    async def _clean_up(self, last_status: str) -> None:
        self._is_leaving = True
        self._changed.set()
        if self._task is not None:
            await self._end_task(self._task)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLEANUP_TIMEOUT_SECONDS):
                with contextlib.suppress(EaselError):
                    await self._writer.end_message()
                await self._remove_stop_message()
                if last_status:
                    await self.status.show_now(last_status)
                else:
                    await self.status.clear()

    async def _end_task(self, task: asyncio.Task[None]) -> None:
        # Let a call in flight finish: if cancelled, it would not return the ts of its message.
        await asyncio.wait({task}, timeout=_CLEANUP_TIMEOUT_SECONDS)
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            # `finish` raises the task's error. Without a `finish` the error is of no interest,
            # and asyncio would log it as never retrieved.
            task.exception()
