"""Tells people what came of what they said or pressed to steer answers, in background tasks."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog

from bot.delivery.escaper import escape_text
from bot.domain.answers.steering import MessageEdit
from bot.domain.conversation import IncomingMessage, Thread
from bot.domain.errors import EaselError
from bot.domain.messages import Message, render
from bot.domain.ports import Chat, ChooseLanguage
from bot.domain.posts import PostMetadata
from bot.domain.safe_text import SafeText
from bot.observability.background_tasks import BackgroundTasks

log = structlog.get_logger(__name__)

NOTHING_TO_STOP_MESSAGE = Message("There is nothing to stop: I am not answering anything here.")
NOT_THEIRS_MESSAGE = Message(
    "For now only the person who asked can stop this answer. Please ask them to."
)
EDIT_LIMIT_MESSAGE = Message(
    "I answer an edited message again at most three times an hour. Your edit still counts for"
    " what I read; for another answer, please write a new message."
)
# The message belongs to no question, so that no reply reuses it as its own.
_NO_QUESTION_METADATA = PostMetadata(0)
_MAX_CONCURRENT = 50


class ThreadSteeringNotices:
    """Implements `bot.queue.steering.SteeringNotices`."""

    def __init__(self, chat: Chat, choose_language: ChooseLanguage) -> None:
        self._chat = chat
        self._choose_language = choose_language
        self._tasks = BackgroundTasks("steering-notice", max_tasks=_MAX_CONCURRENT)

    def notify_nothing_to_stop(self, message: IncomingMessage) -> None:
        text = self._render(NOTHING_TO_STOP_MESSAGE, message)
        self._tasks.spawn(_send(self._chat.post(message.thread, text, _NO_QUESTION_METADATA)))

    def notify_not_theirs(self, message: IncomingMessage) -> None:
        text = self._render(NOT_THEIRS_MESSAGE, message)
        self._tasks.spawn(
            _send(self._chat.post_ephemeral(message.thread, message.sender, text, message.ts))
        )

    def notify_edit_limit(self, edit: MessageEdit, thread: Thread) -> None:
        words = render(EDIT_LIMIT_MESSAGE, self._choose_language(edit.author, edit.text))
        text = escape_text(words, edit.author.id)
        self._tasks.spawn(_send(self._chat.post_ephemeral(thread, edit.author, text, edit.ts)))

    async def close(self) -> None:
        """Cancel the notices that are still being sent."""
        await self._tasks.cancel()

    def _render(self, text: Message, message: IncomingMessage) -> SafeText:
        words = render(text, self._choose_language(message.sender, message.text))
        return escape_text(words, message.sender.id)


async def _send(call: Awaitable[object]) -> None:
    try:
        await call
    except EaselError as error:
        log.info("notice_not_given", error=type(error).__name__, code=error.code)
