"""Posts and stores the questions of “Ask Easel…”, so that each posted one is answered.

A process may end between the two: what it has posted is looked for, and stored then. What it has
not posted was not asked: the form said that it did not work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
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
# One that Slack does not let be looked for is not looked for any longer.
GIVE_UP_SECONDS = 6 * 3600.0


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

    def __init__(
        self,
        store: AskStore,
        posts: AskPosts,
        queue: QuestionTaker,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._posts = posts
        self._queue = queue
        self._clock = clock
        self._failing_since: dict[str, float] = {}

    async def ask(self, ask: PendingAsk, text: SafeText) -> None:
        """Post `text`, and store the question that it begins; committed when this returns.

        Raises `EaselError`: sent again, it goes on from what was posted.
        """
        await self._store.put(ask)
        thread = await self._posts.post_once(
            ask.person.team, ask.channel, text, ask.id, since=ask.since
        )
        if thread.channel != ask.channel:
            # The person's direct messages, known by now: after a crash it is looked for there.
            await self._store.note_channel(ask.id, thread.channel)
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
            left = await self._store.list_left(LEFT_SECONDS)
            ids = {ask.id for ask in left}
            self._failing_since = {
                ask_id: at for ask_id, at in self._failing_since.items() if ask_id in ids
            }
            for ask in left:
                await self._try_to_take_up(ask)
        except StoreError as error:
            _log_failure(error)

    async def _try_to_take_up(self, ask: PendingAsk) -> None:
        """Take up one; what fails for it holds up no other. Raises `StoreError`."""
        try:
            await self._take_up(ask)
        except StoreError:
            raise
        except EaselError as error:
            _log_failure(error)
            now = self._clock()
            if now - self._failing_since.setdefault(ask.id, now) >= GIVE_UP_SECONDS:
                log.warning("given_up", reason="cannot_look")
                await self._store.remove(ask.id)

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


def _log_failure(error: EaselError) -> None:
    log.warning("not_taken_up", error=type(error).__name__, code=error.recorded_code)
