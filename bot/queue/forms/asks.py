"""Posts and stores the questions of “Ask Easel…”, so that each posted one is answered.

A process may end between the two: what it has posted is looked for, and stored then. What it has
not posted was not asked: the form said that it did not work.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from bot.domain.answers.asks import PendingAsk
from bot.domain.conversation import IncomingMessage, Thread
from bot.domain.errors import EaselError, SlackError, StoreError
from bot.domain.safe_text import SafeText
from bot.domain.stores.asks import AskStore

log = structlog.get_logger(__name__)

# What posts a question has ended by then: Slack waits three seconds for it.
LEFT_SECONDS = 5.0
_LOOK_SECONDS = 10.0


class AskPosts(Protocol):
    """Posts questions, and finds those that were posted. Raises `EaselError`."""

    async def post_once(
        self, team: str, channel: str, text: SafeText, ask_id: str, *, since: str
    ) -> Thread: ...

    async def find_thread(
        self, team: str, channel: str, ask_id: str, *, since: str
    ) -> Thread | None: ...


class QuestionTaker(Protocol):
    """Stores questions: see `bot.queue.worker.Worker`."""

    async def submit(self, message: IncomingMessage) -> None: ...


class AskDesk:
    """Asks what people send, and stores it in `queue`."""

    def __init__(self, store: AskStore, posts: AskPosts, queue: QuestionTaker) -> None:
        self._store = store
        self._posts = posts
        self._queue = queue

    async def ask(self, ask: PendingAsk, text: SafeText) -> None:
        """Post `text`, and store the question that it begins; committed when this returns.

        Raises `EaselError`: sent again, it goes on from what was posted.
        """
        await self._store.put(ask)
        thread = await self._posts.post_once(
            ask.person.team, ask.channel, text, ask.id, since=ask.since
        )
        await self._queue.submit(ask.build_question(thread))
        try:
            await self._store.remove(ask.id)
        except StoreError as error:
            # It is found again, and stored already.
            log.warning("store_failed", at="ask", code=error.recorded_code)

    async def run(self) -> None:
        """Take up what ended processes have posted, until cancelled."""
        while True:
            await self.take_up()
            await asyncio.sleep(_LOOK_SECONDS)

    async def take_up(self) -> None:
        """Store what was posted and is not stored, once. Never raises `EaselError`."""
        try:
            for ask in await self._store.list_left(LEFT_SECONDS):
                await self._take_up(ask)
        except EaselError as error:
            log.warning("not_taken_up", error=type(error).__name__, code=error.recorded_code)

    async def _take_up(self, ask: PendingAsk) -> None:
        thread = None
        try:
            thread = await self._posts.find_thread(
                ask.person.team, ask.channel, ask.id, since=ask.since
            )
        except SlackError as error:
            # Easel was removed from the channel, or may not look: it is not told again.
            log.info("cannot_look", code=error.code)
        if thread is not None:
            log.info("taking_up", reason="posted_and_not_stored")
            await self._queue.submit(ask.build_question(thread))
        await self._store.remove(ask.id)
