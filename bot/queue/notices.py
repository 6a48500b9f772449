"""What people are told about questions that are not being answered. Never waited for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.domain.conversation import IncomingMessage, Thread
from bot.domain.errors import EaselError
from bot.domain.ports import Chat
from bot.domain.posts import PostMetadata

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
        self._tasks: set[asyncio.Task[None]] = set()
        self._notified_threads: OrderedDict[Thread, None] = OrderedDict()

    def notify_waiting(self, message: IncomingMessage, waiting_count: int) -> None:
        self._spawn(self._chat.set_status(message.thread, WAITING_STATUS.format(waiting_count)))

    def notify_loop(self, message: IncomingMessage) -> None:
        """Said once in a thread: saying it again would feed the loop."""
        if message.thread in self._notified_threads:
            return
        self._notified_threads[message.thread] = None
        if len(self._notified_threads) > _MAX_THREADS:
            self._notified_threads.popitem(last=False)
        self._spawn(self._post_loop_message(message.thread))

    async def close(self) -> None:
        """Let what is being said be said."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _post_loop_message(self, thread: Thread) -> None:
        await self._chat.post(thread, LOOP_MESSAGE, _NO_QUESTION_METADATA)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        if len(self._tasks) >= _MAX_CONCURRENT:
            coroutine.close()
            return
        task = asyncio.create_task(self._run_safely(coroutine), name="notice")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_safely(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        except EaselError as error:
            log.info("notice_not_given", error=type(error).__name__, code=error.code)
