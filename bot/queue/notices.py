"""What people are told about questions that are not being answered. Never waited for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.domain.conversation import Incoming, Thread
from bot.domain.errors import EaselError
from bot.domain.ports import Chat
from bot.domain.posts import Mark

log = structlog.get_logger(__name__)

WAITS = "has {} questions before yours…"
LOOP = (
    "I stopped answering here for a minute: so many messages in so short a time look like two"
    " programs that talk to each other."
)
# Not of any question, so that no answer takes the message for its own.
_NOBODYS = Mark(0)
_MOST_AT_ONCE = 50
_REMEMBERED = 1_000


class ThreadNotices:
    """Implements `bot.queue.worker.Notices`."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: OrderedDict[Thread, None] = OrderedDict()

    def waits(self, message: Incoming, before: int) -> None:
        self._spawn(self._chat.set_status(message.thread, WAITS.format(before)))

    def looks_like_a_loop(self, message: Incoming) -> None:
        """Said once in a thread: saying it again would feed the loop."""
        if message.thread in self._told:
            return
        self._told[message.thread] = None
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        self._spawn(self._say(message.thread))

    async def close(self) -> None:
        """Let what is being said be said."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _say(self, thread: Thread) -> None:
        await self._chat.post(thread, LOOP, _NOBODYS)

    def _spawn(self, telling: Coroutine[Any, Any, None]) -> None:
        if len(self._tasks) >= _MOST_AT_ONCE:
            telling.close()
            return
        task = asyncio.create_task(self._quietly(telling), name="notice")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, telling: Coroutine[Any, Any, None]) -> None:
        try:
            await telling
        except EaselError as error:
            log.info("notice_not_given", error=type(error).__name__, code=error.code)
