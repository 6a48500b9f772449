"""A fake Slack of one thread with state, and an event loop whose time advances only when idle."""

from __future__ import annotations

import asyncio
import selectors
from dataclasses import dataclass, field
from typing import Any

from bot.domain.conversation import Person, Thread
from bot.domain.errors import EaselError
from bot.domain.posts import OwnPost, PostMetadata
from tests.support.values import THREAD


class _IdleSelector(selectors.DefaultSelector):
    """Advances the clock to the next timer instead of waiting for it."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        found = super().select(0)
        if not found and timeout:
            self.now += timeout
        return found


class TimelessLoop(asyncio.SelectorEventLoop):
    """An event loop in which sleeping takes no time; timers still fire in their order."""

    def __init__(self) -> None:
        self._idle = _IdleSelector()
        super().__init__(self._idle)

    def time(self) -> float:
        return self._idle.now


@dataclass(slots=True)
class FakeMessage:
    text: str
    streaming: bool = False
    edits: int = 0
    metadata: PostMetadata | None = None


@dataclass(slots=True)
class FakeChat:
    """Implements `bot.domain.ports.Chat`. Each call takes `seconds`; `failures` are raised in turn.

    Also records the messages of a reply, as `bot.delivery.message_journal` does.
    """

    call_seconds: float = 0.1
    streams_left: int = 99
    appends_left: int = 99
    updates_left: int = 99
    removals_left: int = 0  # without any, no message with a Stop button is posted
    messages: dict[str, FakeMessage] = field(default_factory=dict)
    calls: list[tuple[str, float]] = field(default_factory=list)
    status: str = ""
    statuses: list[str] = field(default_factory=list)
    failures: dict[str, list[EaselError | None]] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)  # seconds of other calls than usual
    hanging_threads: set[Thread] = field(default_factory=set)  # a post there takes a minute
    loses_answers: bool = False  # Slack stores a post although the call fails
    in_flight: int = 0
    max_in_flight: int = 0
    ephemerals: list[tuple[str, str]] = field(default_factory=list)  # person, text
    deleted: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)

    def try_acquire_stream(self) -> bool:
        self.streams_left -= 1
        return self.streams_left >= 0

    def try_acquire_append(self) -> bool:
        self.appends_left -= 1
        return self.appends_left >= 0

    def try_acquire_update(self) -> bool:
        self.updates_left -= 1
        return self.updates_left >= 0

    def try_acquire_removal(self) -> bool:
        self.removals_left -= 1
        return self.removals_left >= 0

    async def set_status(self, thread: Thread, status: str) -> None:
        await self._call("status")
        self.status = status
        self.statuses.append(status)

    async def post_ephemeral(
        self,
        thread: Thread,
        person: Person,
        text: str,
        ts: str,
        metadata: PostMetadata | None = None,
    ) -> None:
        await self._call("ephemeral")
        self.ephemerals.append((person.id, text))

    async def start_stream(self, thread: Thread, asker: Person, text: str) -> str:
        await self._call("start")
        return self._add(FakeMessage(text, streaming=True))

    async def append_stream(self, thread: Thread, ts: str, text: str) -> None:
        await self._call("append")
        self.messages[ts].text += text

    async def stop_stream(self, thread: Thread, ts: str, text: str, metadata: PostMetadata) -> None:
        await self._call("stop")
        self.messages[ts].text += text
        self.messages[ts].streaming = False
        self.messages[ts].metadata = metadata

    async def post(
        self, thread: Thread, text: str, metadata: PostMetadata, *, can_wait: bool = True
    ) -> str:
        if thread in self.hanging_threads:
            await asyncio.sleep(60.0)
        failure = await self._call("post", fails_after_work=self.loses_answers)
        ts = self._add(FakeMessage(text, metadata=metadata))
        if failure is not None:
            raise failure
        return ts

    async def post_picture(
        self, thread: Thread, file_id: str, alt_text: str, metadata: PostMetadata
    ) -> str:
        await self._call("post_picture")
        return self._add(FakeMessage(f"[{file_id}]", metadata=metadata))

    async def replace_picture(
        self, thread: Thread, ts: str, file_id: str, alt_text: str, metadata: PostMetadata
    ) -> None:
        await self._call("swap_picture")
        self.messages[ts].text = f"[{file_id}]"

    async def update(self, thread: Thread, ts: str, text: str, metadata: PostMetadata) -> None:
        await self._call("update")
        message = self.messages[ts]
        message.text, message.streaming, message.metadata = text, False, metadata
        message.edits += 1

    async def delete(self, thread: Thread, ts: str) -> None:
        await self._call("delete")
        self.deleted.append(ts)
        del self.messages[ts]

    async def list_own_messages(self, thread: Thread, after: str) -> list[OwnPost]:
        await self._call("own")
        return [
            OwnPost(ts)
            if message.metadata is None
            else OwnPost(ts, message.metadata.question_id, message.metadata.is_sign)
            for ts, message in self.messages.items()
        ]

    def record(self, ts: str, *, is_answer: bool = True) -> None:
        self.recorded.append(ts)

    def note_deleted(self, ts: str) -> None:
        self.recorded = [one for one in self.recorded if one != ts]

    def list_deleted(self) -> tuple[str, ...]:
        return ()

    def has_message(self, ts: str) -> bool:
        return ts in self.recorded

    def list_unrecorded(self) -> tuple[str, ...]:
        return ()

    async def find_lost(self) -> list[str]:
        found = await self.list_own_messages(THREAD, "")
        return [own.ts for own in found if own.ts not in self.recorded]

    def count_calls(self, name: str) -> int:
        return sum(call == name for call, _ in self.calls)

    def list_texts(self) -> list[str]:
        return [message.text for message in self.messages.values()]

    def _add(self, message: FakeMessage) -> str:
        self.status = ""
        ts = f"1700000001.{len(self.messages):06d}"
        self.messages[ts] = message
        return ts

    async def _call(self, name: str, *, fails_after_work: bool = False) -> EaselError | None:
        """Take the time of a call, and raise the next of its `failures`.

        Return the failure instead if the work is to be done first.
        """
        self.calls.append((name, asyncio.get_running_loop().time()))
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.delays.get(name, self.call_seconds))
        finally:
            self.in_flight -= 1
        failures = self.failures.get(name)
        failure = failures.pop(0) if failures else None
        if failure is not None and not fails_after_work:
            raise failure
        return failure
