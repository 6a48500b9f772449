"""Notes a reply's messages in the journal, and finds those whose ts was never learned."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeAlias

import stamina
import structlog

from bot.domain.errors import EaselError, StoreFailed
from bot.domain.ports import Chat
from bot.domain.questions import Question
from bot.domain.stores import Journal

log = structlog.get_logger(__name__)

Noting: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

_PATIENCE_SECONDS = 10.0


class NotedMessages:
    """Implements `bot.delivery.poster.MessageLog`. Leaving it as a context waits for what it began.

    `first_shown` gets the seconds until the first message of this attempt.
    """

    def __init__(
        self,
        journal: Journal,
        chat: Chat,
        question: Question,
        *,
        first_shown: Callable[[float], None],
    ) -> None:
        self._journal = journal
        self._chat = chat
        self._question = question
        self._noted = set(question.messages)
        self._failed: set[str] = set()
        self._first_shown: Callable[[float], None] | None = first_shown
        self._began_at = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)

    def note(self, ts: str) -> None:
        self._noted.add(ts)
        if self._first_shown is not None:
            self._first_shown(time.monotonic() - self._began_at)
            self._first_shown = None
        self.background(lambda: self._note(ts))

    def background(self, noting: Noting) -> None:
        """Have something noted at once, without holding up the answer."""
        task = asyncio.create_task(self._without_fail(noting), name="note")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def lost(self) -> list[str]:
        """Easel's messages after the question that no question of the thread knows of.

        In one thread one question is answered at a time, so a message that nobody noted can only
        be this one's; where it carries another's mark it is not.
        """
        thread = self._question.thread
        found = await self._chat.own_messages(thread, self._question.ts)
        if not found:
            return []
        noted = self._noted | await self._journal.noted_messages(thread)
        mine = (None, self._question.id)
        return [own.ts for own in found if own.ts not in noted and own.question in mine]

    def unnoted(self) -> tuple[str, ...]:
        """The messages that the store did not take when Slack gave them."""
        return tuple(sorted(self._failed))

    async def _note(self, ts: str) -> None:
        self._failed.add(ts)
        await self._journal.note_message(self._question, ts)
        self._failed.discard(ts)

    async def _without_fail(self, noting: Noting) -> None:
        """Note as soon as the store works, if that is within some seconds."""
        try:
            async for attempt in stamina.retry_context(
                on=StoreFailed, attempts=None, timeout=_PATIENCE_SECONDS, wait_max=0.5
            ):
                with attempt:
                    await noting()
        except EaselError as error:
            # What is not noted goes with the next transaction, or is looked for after a crash.
            log.warning("not_noted", error=type(error).__name__)
