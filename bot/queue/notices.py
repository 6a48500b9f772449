"""What people are told about questions that are not being answered. Never waited for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bot.domain.conversation import IncomingMessage, Thread
from bot.domain.errors import EaselError
from bot.domain.ports import Chat
from bot.domain.posts import PostMetadata
from bot.observability.background_tasks import BackgroundTasks

log = structlog.get_logger(__name__)

WAITING_STATUS = "has {} questions before yours…"
LOOP_MESSAGE = (
    "I stopped answering here for a minute: so many messages in so short a time look like two"
    " programs that talk to each other."
)
# Not of any question, so that no answer takes the message for its own.
_NO_QUESTION_METADATA = PostMetadata(0)
_MAX_CONCURRENT = 50
_MAX_THREADS = 1_000


class ThreadNotices:
    """Implements `bot.queue.worker.Notices`."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._tasks = BackgroundTasks("notice", max_tasks=_MAX_CONCURRENT)
        self._notified_threads: OrderedDict[Thread, None] = OrderedDict()

    def notify_waiting(self, message: IncomingMessage, waiting_count: int) -> None:
        status = WAITING_STATUS.format(waiting_count)
        self._tasks.spawn(self._set_status(message.thread, status))

    def notify_loop(self, message: IncomingMessage) -> None:
        """Said once in a thread: saying it again would feed the loop."""
        if message.thread in self._notified_threads:
            return
        self._notified_threads[message.thread] = None
        if len(self._notified_threads) > _MAX_THREADS:
            self._notified_threads.popitem(last=False)
        self._tasks.spawn(self._post_loop_message(message.thread))

    async def close(self) -> None:
        """Cancel the notices that are still under way."""
        await self._tasks.cancel()

    async def _set_status(self, thread: Thread, status: str) -> None:
        async with _logging_failure():
            await self._chat.set_status(thread, status)

    async def _post_loop_message(self, thread: Thread) -> None:
        async with _logging_failure():
            await self._chat.post(thread, LOOP_MESSAGE, _NO_QUESTION_METADATA)


@asynccontextmanager
async def _logging_failure() -> AsyncIterator[None]:
    try:
        yield
    except EaselError as error:
        log.info("notice_not_given", error=type(error).__name__, code=error.code)
