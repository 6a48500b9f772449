"""What a workspace holds: people, channels, messages, files, statuses. No HTTP, no rules."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

TEAM, BOT_USER, BOT_ID, APP_ID = "T0EASEL", "U0EASEL", "B0EASEL", "A0EASEL"
STATUS_SECONDS = 120.0


@dataclass(slots=True)
class PlayedFile:
    id: str
    name: str
    mimetype: str
    user: str
    data: bytes = field(repr=False)
    created: int
    title: str = ""
    alt: str = ""
    width: int | None = None
    height: int | None = None
    mode: str = "hosted"
    shares: list[tuple[str, str, str | None]] = field(default_factory=list)  # channel, ts, thread

    @property
    def private(self) -> bool:
        """Whether it was only ever shared in direct messages."""
        return bool(self.shares) and all(channel.startswith("D") for channel, _, _ in self.shares)


@dataclass(slots=True)
class PlayedMessage:
    ts: str
    channel: str
    user: str
    text: str
    thread_ts: str | None = None
    files: list[PlayedFile] = field(default_factory=list)
    from_bot: bool = False
    markdown: bool = False
    streaming: bool = False
    edited: bool = False
    unfurls: bool = True
    stream_started: float = 0.0
    recipient: str = ""
    buttons: list[dict[str, str]] = field(default_factory=list)  # action_id, text, value
    metadata: dict[str, object] | None = None
    embedded: list[str] = field(default_factory=list)  # ids of files that its blocks show
    tables: int = 0


@dataclass(slots=True)
class PlayedChannel:
    id: str
    name: str
    kind: str  # "channel" or "im"
    members: set[str]
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What happened: "message", "changed", "deleted" or "status"."""

    kind: str
    channel: str
    thread_ts: str
    message: PlayedMessage | None = None
    status: str = ""


class Workspace:
    """One workspace with Easel's app installed, three channels and a direct message each."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.people = {"U0ALEX": "Alex", "U0SAM": "Sam", BOT_USER: "Easel"}
        self.channels: dict[str, PlayedChannel] = {}
        for name in ("general", "design", "random"):
            self.add_channel(f"C0{name.upper()}", name)
        for person in ("U0ALEX", "U0SAM"):
            dm = f"D{person[1:]}"
            self.channels[dm] = PlayedChannel(dm, "Easel", "im", {person, BOT_USER})
        self.files: dict[str, PlayedFile] = {}
        self._messages: dict[str, dict[str, PlayedMessage]] = {}
        self._threads: dict[tuple[str, str], list[PlayedMessage]] = {}
        self._statuses: dict[tuple[str, str], tuple[str, float]] = {}
        self._last_ts = 0
        self._watchers: set[asyncio.Queue[Change | None]] = set()
        self._pulse = asyncio.Event()

    def add_channel(self, channel: str, name: str, *, with_bot: bool = True) -> PlayedChannel:
        members = {person for person in self.people if with_bot or person != BOT_USER}
        self.channels[channel] = PlayedChannel(channel, name, "channel", members)
        return self.channels[channel]

    def next_ts(self) -> str:
        """A ts later than any before, as Slack's are."""
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add(self, message: PlayedMessage) -> None:
        self._messages.setdefault(message.channel, {})[message.ts] = message
        root = message.thread_ts or message.ts
        self._threads.setdefault((message.channel, root), []).append(message)
        if message.from_bot:
            # Slack clears the status when the app posts.
            self._statuses.pop((message.channel, root), None)
        self.tell(Change("message", message.channel, root, message))

    def changed(self, message: PlayedMessage) -> None:
        root = message.thread_ts or message.ts
        self.tell(Change("changed", message.channel, root, message))

    def delete(self, channel: str, ts: str) -> PlayedMessage | None:
        message = self._messages.get(channel, {}).pop(ts, None)
        if message is not None:
            root = message.thread_ts or message.ts
            self._threads[channel, root].remove(message)
            self.tell(Change("deleted", channel, root, message))
        return message

    def message(self, channel: str, ts: str) -> PlayedMessage | None:
        return self._messages.get(channel, {}).get(ts)

    def messages(self, channel: str) -> list[PlayedMessage]:
        """All messages of a channel, threads included, oldest first."""
        return sorted(self._messages.get(channel, {}).values(), key=lambda m: m.ts)

    def thread(self, channel: str, root: str) -> list[PlayedMessage]:
        """The root, if it is there, and its replies, oldest first."""
        return list(self._threads.get((channel, root), ()))

    def set_status(self, channel: str, thread_ts: str, status: str) -> None:
        if status:
            self._statuses[channel, thread_ts] = (status, self.clock())
        else:
            self._statuses.pop((channel, thread_ts), None)
        self.tell(Change("status", channel, thread_ts, status=status))

    def status(self, channel: str, thread_ts: str) -> str:
        """The status that is shown now; Slack lets one lapse after two minutes."""
        status, since = self._statuses.get((channel, thread_ts), ("", 0.0))
        return status if self.clock() - since < STATUS_SECONDS else ""

    def statuses(self) -> dict[tuple[str, str], str]:
        """The statuses that are shown now, by channel and thread."""
        shown = {key: self.status(*key) for key in self._statuses}
        return {key: status for key, status in shown.items() if status}

    def tell(self, change: Change) -> None:
        """Wake who waits for a change and hand it to who watches."""
        for queue in self._watchers:
            queue.put_nowait(change)
        self.pulse()

    def pulse(self) -> None:
        """Wake whoever waits in `next_change`."""
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()

    async def next_change(self) -> None:
        await self._pulse.wait()

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[Change | None]]:
        """Every change from now on, in order. None is for whoever wants to end the watching."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)
