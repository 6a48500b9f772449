"""Remembers of which posts this process has stored an event: Slack sends most of them twice.

The second event most often brings nothing. Where a transaction that writes is dear, this says when
a look is enough to see that.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from bot.domain.conversation import IncomingMessage
from bot.domain.errors import StoreError
from storage.engine.arrivals import BUSY_CODE
from storage.engine.database import Database
from storage.queue.merge import is_stored

_MAX_POSTS = 1_000

_Post: TypeAlias = tuple[str, str, str]


class RecentPosts:
    """The newest posts of which an event is stored, or is being stored."""

    def __init__(self) -> None:
        self._posts: OrderedDict[_Post, asyncio.Event] = OrderedDict()

    async def wait_until_stored(self, message: IncomingMessage) -> bool:
        """Return whether another event of the post was stored here; first wait if it just is."""
        stored = self._posts.get(_build_key(message))
        if stored is None:
            return False
        await stored.wait()
        return True

    @contextmanager
    def store(self, message: IncomingMessage) -> Iterator[None]:
        """Remember the post; an event of it is stored while this is open, or that fails."""
        key, stored = _build_key(message), asyncio.Event()
        self._posts[key] = stored
        while len(self._posts) > _MAX_POSTS:
            self._posts.popitem(last=False)
        try:
            yield
        except BaseException:
            if self._posts.get(key) is stored:
                del self._posts[key]
            raise
        finally:
            stored.set()


async def is_seen_stored(database: Database, message: IncomingMessage) -> bool:
    """Whether a look shows that the event brings nothing new; False where there is no room for one:
    it waits with those that are to be stored then, which have more patience in a burst."""
    try:
        return await database.read_in_time(lambda c: is_stored(c, message))
    except StoreError as error:
        if error.code != BUSY_CODE:
            raise
        return False


def _build_key(message: IncomingMessage) -> _Post:
    return message.thread.team, message.thread.channel, message.ts
