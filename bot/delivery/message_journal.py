"""Notes a reply's messages in the journal, and finds those whose ts was never learned."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeAlias

import stamina
import structlog

from bot.domain.errors import EaselError, StoreError
from bot.domain.ports import Chat
from bot.domain.questions import Question
from bot.domain.stores import Journal
from bot.observability.background_tasks import BackgroundTasks

log = structlog.get_logger(__name__)

JournalWrite: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

_MAX_RETRY_SECONDS = 10.0


class MessageJournal:
    """Implements `bot.delivery.poster.MessageLog`. Leaving it as a context waits for what it began.

    `first_shown` gets the seconds until the first message of this attempt.
    """

    def __init__(
        self,
        journal: Journal,
        chat: Chat,
        question: Question,
        *,
        on_first_message: Callable[[float], None],
    ) -> None:
        self._journal = journal
        self._chat = chat
        self._question = question
        self._recorded = set(question.messages)
        self._unrecorded: set[str] = set()
        self._on_first_message: Callable[[float], None] | None = on_first_message
        self._started_at = time.monotonic()
        self._tasks = BackgroundTasks("note")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._tasks.wait()

    def record(self, ts: str) -> None:
        self._recorded.add(ts)
        if self._on_first_message is not None:
            self._on_first_message(time.monotonic() - self._started_at)
            self._on_first_message = None
        self.run_in_background(lambda: self._record(ts))

    def run_in_background(self, write: JournalWrite) -> None:
        """Have something noted at once, without holding up the answer."""
        self._tasks.spawn(self._write_with_retries(write))

    async def find_lost(self) -> list[str]:
        """Easel's messages after the question that no question of the thread knows of.

        In one thread one question is answered at a time, so a message that nobody noted can only
        be this one's; where it carries another's mark it is not.
        """
        thread = self._question.thread
        found = await self._chat.list_own_messages(thread, self._question.ts)
        if not found:
            return []
        noted = self._recorded | await self._journal.list_messages(thread)
        mine = (None, self._question.id)
        return [own.ts for own in found if own.ts not in noted and own.question_id in mine]

    def list_unrecorded(self) -> tuple[str, ...]:
        """The messages that the store did not take when Slack gave them."""
        return tuple(sorted(self._unrecorded))

    async def _record(self, ts: str) -> None:
        self._unrecorded.add(ts)
        await self._journal.record_message(self._question, ts)
        self._unrecorded.discard(ts)

    async def _write_with_retries(self, write: JournalWrite) -> None:
        """Note as soon as the store works, if that is within some seconds."""
        try:
            async for attempt in stamina.retry_context(
                on=StoreError, attempts=None, timeout=_MAX_RETRY_SECONDS, wait_max=0.5
            ):
                with attempt:
                    await write()
        except EaselError as error:
            # What is not noted goes with the next transaction, or is looked for after a crash.
            log.warning("not_noted", error=type(error).__name__)
