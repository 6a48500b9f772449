"""Records a reply's messages in the journal, and finds those whose ts Easel never learned."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Protocol, Self

import stamina
import structlog

from bot.domain.errors import EaselError, StoreError
from bot.domain.ports import Chat
from bot.domain.questions import Question
from bot.domain.stores.questions import Journal
from bot.observability.background_tasks import BackgroundTasks

log = structlog.get_logger(__name__)

_MAX_RETRY_SECONDS = 10.0


class MessageLog(Protocol):
    """Remembers a reply's messages."""

    def record(self, ts: str, *, is_answer: bool = True) -> None:
        """Remember a message of the reply that Slack shows. Returns without waiting for it.

        `is_answer`: it shows people something of the answer.
        """
        ...

    def note(self, ts: str) -> None:
        """Remember a message of the reply, for the end of the question to record it."""
        ...

    def note_deleted(self, ts: str) -> None:
        """Note that a message of the reply is gone, or is being deleted: it is none any more."""
        ...

    def has_message(self, ts: str) -> bool:
        """Whether the message is one of the reply's, recorded or not."""
        ...

    def list_unrecorded(self) -> tuple[str, ...]:
        """Return the messages that the store has not taken yet."""
        ...

    def list_deleted(self) -> tuple[str, ...]:
        """Return the messages that `note_deleted` has named."""
        ...

    async def find_lost(self) -> list[str]:
        """Ask Slack for the reply's messages that are not known here; return them, oldest first.

        Raises `EaselError`.
        """
        ...


class MessageJournal:
    """Implements `MessageLog`. Its context waits for unfinished writes.

    `on_first_message` gets the seconds until the first message of this attempt.
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
        self._known_messages = set(question.messages)
        self._unrecorded: set[str] = set()
        self._deleted: set[str] = set()
        self._on_first_message: Callable[[float], None] | None = on_first_message
        self._started_at = time.monotonic()
        self._tasks = BackgroundTasks("note")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc_info: object) -> None:
        await self._tasks.wait()

    def record(self, ts: str, *, is_answer: bool = True) -> None:
        self._known_messages.add(ts)
        if self._on_first_message is not None and is_answer:
            self._on_first_message(time.monotonic() - self._started_at)
            self._on_first_message = None
        # Without holding up the answer.
        self._tasks.spawn(self._record_with_retries(ts))

    def note(self, ts: str) -> None:
        self._known_messages.add(ts)
        self._unrecorded.add(ts)

    async def find_lost(self) -> list[str]:
        """Return Easel's messages after the question that this attempt does not know, and that are
        recorded for no other question.

        Only one question of a thread is answered at a time, so an unrecorded message belongs to
        this one, unless its metadata names another. Another replica that was out of reach may have
        recorded one of this question after this attempt began. Raises `EaselError`.
        """
        thread = self._question.thread
        posts = await self._chat.list_own_messages(thread, self._question.ts)
        if not posts:
            return []
        others = await self._journal.list_other_messages(self._question)
        known = self._known_messages | others
        own_ids = (None, self._question.id)
        return [post.ts for post in posts if post.ts not in known and post.question_id in own_ids]

    def has_message(self, ts: str) -> bool:
        return ts in self._known_messages

    def list_unrecorded(self) -> tuple[str, ...]:
        """Return the messages that the store has not taken yet."""
        return tuple(sorted(self._unrecorded - self._deleted))

    def note_deleted(self, ts: str) -> None:
        self._deleted.add(ts)

    def list_deleted(self) -> tuple[str, ...]:
        """Return the messages that the reply has lost or given up, which may be recorded."""
        return tuple(sorted(self._deleted))

    async def _record_with_retries(self, ts: str) -> None:
        """Record `ts` as soon as the store works; give up after `_MAX_RETRY_SECONDS`."""
        self._unrecorded.add(ts)
        with contextlib.suppress(StoreError):  # usually the first attempt is enough
            await self._record(ts)
            return
        try:
            async for attempt in stamina.retry_context(
                on=StoreError, attempts=None, timeout=_MAX_RETRY_SECONDS, wait_max=0.5
            ):
                with attempt:
                    await self._record(ts)
        except EaselError as error:
            # The next transaction records it too; after a crash `find_lost` looks for it.
            log.warning("not_noted", error=type(error).__name__)

    async def _record(self, ts: str) -> None:
        if ts in self._deleted:
            return
        await self._journal.record_message(self._question, ts)
        self._unrecorded.discard(ts)
