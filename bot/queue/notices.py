"""Tells people about questions that are not being answered, in background tasks."""

from __future__ import annotations

import contextlib
from collections import OrderedDict

import structlog

from bot.delivery.escaper import escape_text
from bot.delivery.status_board import StatusBoard
from bot.domain.conversation import IncomingMessage, Thread
from bot.domain.errors import EaselError, StoreError
from bot.domain.messages import Message, render
from bot.domain.ports import Chat, ChooseLanguage, choose_english
from bot.domain.posts import PostMetadata
from bot.domain.safe_text import SafeText
from bot.domain.stores.replicas import Once
from bot.observability.background_tasks import BackgroundTasks

log = structlog.get_logger(__name__)

WAITING_STATUS = "has {count} question before yours…"
WAITING_BEHIND_SEVERAL_STATUS = "has {count} questions before yours…"
LOOP_MESSAGE = Message(
    "I am pausing here for a minute: so many messages in so short a time look like two programs"
    " that talk to each other. After that, please ask again."
)
PROGRAM_LIMIT_MESSAGE = Message(
    "I answer an app or a workflow at most three times in a thread and ten times an hour, so that"
    " no two programs keep each other busy. I leave this message unanswered, and still answer"
    " what you write in Slack yourself."
)
LATE_FILE_MESSAGE = (
    "Your file reached me when I had already begun to answer. I take it along with the next"
    " question in this thread."
)
LATE_FILES_MESSAGE = (
    "Your {count} files reached me when I had already begun to answer. I take them along with the"
    " next question in this thread."
)
# The message belongs to no question, so that no reply reuses it as its own.
_NO_QUESTION_METADATA = PostMetadata(0)
_MAX_CONCURRENT = 50
_MAX_POSTED = 1_000


class ThreadNotices:
    """Implements `bot.queue.attempts.Notices`. `once` is what replicas have in common, if any."""

    def __init__(
        self,
        chat: Chat,
        board: StatusBoard,
        choose_language: ChooseLanguage = choose_english,
        once: Once | None = None,
    ) -> None:
        self._once = once
        self._choose_language = choose_language
        self._chat = chat
        self._board = board
        self._tasks = BackgroundTasks("notice", max_tasks=_MAX_CONCURRENT)
        self._posted = OrderedDict[tuple[str, ...], None]()  # what is said once, and about whom

    def notify_waiting(self, message: IncomingMessage, waiting_count: int) -> None:
        status = Message(WAITING_STATUS, plural=WAITING_BEHIND_SEVERAL_STATUS, count=waiting_count)
        self._tasks.spawn(self._show_status(message.thread, self._render(status, message)))

    def notify_loop(self, message: IncomingMessage) -> None:
        """Post the explanation once in a thread: repeating it would feed the loop."""
        thread = message.thread
        place = (thread.team, thread.channel, thread.root)
        self._post_once(message, LOOP_MESSAGE, ("loop", *place))

    def notify_program_limit(self, message: IncomingMessage) -> None:
        """Post the explanation once to a sender in a channel: each post may begin a thread."""
        thread = message.thread
        key = ("program", thread.team, thread.channel, message.sender.id)
        self._post_once(message, PROGRAM_LIMIT_MESSAGE, key)

    def notify_late_files(self, message: IncomingMessage) -> None:
        user_message = Message(
            LATE_FILE_MESSAGE, plural=LATE_FILES_MESSAGE, count=len(message.files)
        )
        self._post(message, user_message)

    def _post_once(
        self, message: IncomingMessage, user_message: Message, key: tuple[str, ...]
    ) -> None:
        if key in self._posted:
            return
        self._posted[key] = None
        if len(self._posted) > _MAX_POSTED:
            self._posted.popitem(last=False)
        text = self._render(user_message, message)
        self._tasks.spawn(self._post_if_first(message.thread, text, "/".join(key)))

    async def _post_if_first(self, thread: Thread, text: SafeText, name: str) -> None:
        """Post, unless another replica has. Where the store fails, twice is better than never."""
        with contextlib.suppress(StoreError):
            if self._once is not None and not await self._once.is_first(name):
                return
        await self._post_now(thread, text)

    async def close(self) -> None:
        """Cancel the notices that are still being sent."""
        await self._tasks.cancel()

    def _render(self, text: Message, message: IncomingMessage) -> SafeText:
        words = render(text, self._choose_language(message.sender, message.text))
        return escape_text(words, message.sender.id)

    async def _show_status(self, thread: Thread, status: str) -> None:
        await self._board.show(thread, status)

    def _post(self, message: IncomingMessage, user_message: Message) -> None:
        self._tasks.spawn(self._post_now(message.thread, self._render(user_message, message)))

    async def _post_now(self, thread: Thread, text: SafeText) -> None:
        try:
            await self._chat.post(thread, text, _NO_QUESTION_METADATA)
        except EaselError as error:
            log.info("notice_not_given", error=type(error).__name__, code=error.code)
