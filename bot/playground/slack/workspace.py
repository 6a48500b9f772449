"""The state of a workspace: people, channels, messages, files. Knows no HTTP, no rules of Slack."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack.files.kinds import FileKind

TEAM, BOT_USER, BOT_ID, APP_ID = "T0EASEL", "U0EASEL", "B0EASEL", "A0EASEL"
DOMAIN, SLACKBOT = "playground", "USLACKBOT"
DELETED_MESSAGE_TEXT = "This message was deleted."
MAX_STATUS_SECONDS = 120.0


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
    kind: FileKind = "hosted"
    filetype: str = ""
    transcript: str = ""  # what Slack has written down of a clip, in WebVTT

    @property
    def is_clip(self) -> bool:
        """Whether Slack plays it, as it does sound and films."""
        return self.mimetype.startswith(("audio/", "video/"))

    @property
    def is_deleted(self) -> bool:
        """Whether a person or the app deleted it."""
        return self.mode == "tombstone"

    def erase(self) -> None:
        """Delete the bytes; a tombstone remains."""
        self.mode, self.data, self.transcript = "tombstone", b"", ""

    @property
    def is_private(self) -> bool:
        """Whether it was shared in direct messages only."""
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
    edited_ts: str = ""  # when it was edited last
    unfurls: bool = True
    stream_started: float = 0.0
    recipient: str = ""
    # See `blocks/controls.py`. `controls` are the entries of its menu, and the thumbs.
    buttons: list[dict[str, str]] = field(default_factory=list)
    controls: list[dict[str, str]] = field(default_factory=list)
    metadata: dict[str, object] | None = None
    embedded_file_ids: list[str] = field(default_factory=list)  # ids of files that its blocks show
    tables: int = 0
    charts: list[dict[str, Any]] = field(default_factory=list)  # its blocks of charts
    shared_message: PlayedMessage | None = None  # the message that this one shares
    deleted: bool = False  # a tombstone: the deleted root of a thread with replies
    content: dict[str, Any] | None = None  # its own fields, where it has more than text and files
    author_fields: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The ts of the first message of its thread, which may be itself."""
        return self.thread_ts or self.ts

    def has_visible_file(self, file: PlayedFile) -> bool:
        """Whether the file is visible in it or in the message that it shares."""
        shared = self.shared_message is not None and self.shared_message.has_visible_file(file)
        return file in self.files or file.id in self.embedded_file_ids or shared


@dataclass(slots=True)
class PlayedChannel:
    id: str
    name: str
    kind: str  # "channel" or "im"
    members: set[str]
    archived: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Its kind is "message", "changed", "deleted", "status", "title", "told" or "view"."""

    kind: str
    channel: str
    thread_ts: str
    message: PlayedMessage | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Ephemeral:
    """A text that one person sees in a channel, or in a thread of it, until they reload."""

    channel: str
    thread_ts: str
    person: str
    text: str
    buttons: tuple[dict[str, str], ...] = ()


class Workspace:
    """A workspace with Easel's app, two people, three channels and a direct message per person."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.people = {"U0ALEX": "Alex", "U0SAM": "Sam", BOT_USER: "Easel"}
        self.locales = {"U0ALEX": "en-GB", "U0SAM": "en-US"}
        self.deactivated: set[str] = set()  # people who have left
        self.groups = {"S0DESIGNERS": "designers"}
        self.channels: dict[str, PlayedChannel] = {}
        for name in ("general", "design", "random"):
            self.add_channel(f"C0{name.upper()}", name)
        for person in ("U0ALEX", "U0SAM"):
            dm = f"D{person[1:]}"
            self.channels[dm] = PlayedChannel(dm, "Easel", "im", {person, BOT_USER})
        self.files: dict[str, PlayedFile] = {}
        self.ephemerals: list[Ephemeral] = []
        self._messages: dict[str, dict[str, PlayedMessage]] = {}
        self._threads: dict[tuple[str, str], list[PlayedMessage]] = {}
        self.sessions: set[tuple[str, str]] = set()  # channel and root
        self.titles: dict[tuple[str, str], str] = {}
        self._statuses: dict[tuple[str, str], tuple[str, float]] = {}
        self._last_ts = 0
        self._watchers: set[asyncio.Queue[Change | None]] = set()
        self._change_event = asyncio.Event()

    def add_channel(
        self, channel: str, name: str, *, with_bot: bool = True, is_private: bool = False
    ) -> PlayedChannel:
        members = {person for person in self.people if with_bot or person != BOT_USER}
        added = PlayedChannel(channel, name, "channel", members, is_private=is_private)
        self.channels[channel] = added
        return added

    def create_ts(self) -> str:
        """Return a ts that is later than all before."""
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def resume_after(self, ts: str) -> None:
        """Give later ts from now on: a message of an earlier start may be later than this clock."""
        self._last_ts = max(self._last_ts, int(ts.replace(".", "")))

    def add(self, message: PlayedMessage) -> None:
        self._messages.setdefault(message.channel, {})[message.ts] = message
        self._threads.setdefault((message.channel, message.root), []).append(message)
        if message.from_bot:
            # Slack clears the status when the app posts.
            self._statuses.pop((message.channel, message.root), None)
        self.publish(Change("message", message.channel, message.root, message))

    def announce_change(self, message: PlayedMessage) -> None:
        self.publish(Change("changed", message.channel, message.root, message))

    def delete(self, channel: str, ts: str) -> PlayedMessage | None:
        message = self._messages.get(channel, {}).pop(ts, None)
        if message is not None:
            self._threads[channel, message.root].remove(message)
            if not self._threads[channel, message.root]:
                self._statuses.pop((channel, message.root), None)
            self.publish(Change("deleted", channel, message.root, message))
        return message

    def delete_or_tombstone(self, channel: str, ts: str) -> PlayedMessage | None:
        """Delete a message; return the tombstone in its place if it has replies, else None.

        A tombstone disappears with the last reply.
        """
        thread = self.list_thread(channel, ts)
        if len(thread) > 1:
            tombstone = PlayedMessage(
                ts, channel, SLACKBOT, DELETED_MESSAGE_TEXT, thread_ts=ts, deleted=True
            )
            self._messages[channel][ts] = tombstone
            self._threads[channel, ts][0] = tombstone
            self.announce_change(tombstone)
            return tombstone
        deleted = self.delete(channel, ts)
        rest = self.list_thread(channel, deleted.root) if deleted else []
        if len(rest) == 1 and rest[0].deleted:
            self.delete(channel, rest[0].ts)
        return None

    def find_message(self, channel: str, ts: str) -> PlayedMessage | None:
        return self._messages.get(channel, {}).get(ts)

    def list_messages(self, channel: str) -> list[PlayedMessage]:
        """Return all messages of a channel, including its threads, oldest first."""
        return sorted(self._messages.get(channel, {}).values(), key=lambda m: m.ts)

    def list_messages_showing(self, file: PlayedFile) -> list[PlayedMessage]:
        """Return the messages in all channels that show a file."""
        return [
            m
            for channel in self.channels
            for m in self.list_messages(channel)
            if m.has_visible_file(file)
        ]

    def list_thread(self, channel: str, root: str) -> list[PlayedMessage]:
        """Return the root, if it exists, and its replies, oldest first."""
        return list(self._threads.get((channel, root), ()))

    def set_status(self, channel: str, thread_ts: str, status: str) -> None:
        if status:
            self.sessions.add((channel, thread_ts))
            self._statuses[channel, thread_ts] = (status, self.clock())
        else:
            self._statuses.pop((channel, thread_ts), None)
        self.publish(Change("status", channel, thread_ts, status=status))

    def get_status(self, channel: str, thread_ts: str) -> str:
        """Return the status that is shown now; Slack drops a status after two minutes."""
        status, since = self._statuses.get((channel, thread_ts), ("", 0.0))
        return status if self.clock() - since < MAX_STATUS_SECONDS else ""

    def list_statuses(self) -> dict[tuple[str, str], str]:
        """Return the statuses that are shown now, by channel and thread."""
        statuses = {key: self.get_status(*key) for key in self._statuses}
        return {key: status for key, status in statuses.items() if status}

    def publish(self, change: Change) -> None:
        """Hand a change to all watchers, and wake the tasks that wait for one."""
        for queue in self._watchers:
            queue.put_nowait(change)
        self.wake_waiters()

    def wake_waiters(self) -> None:
        """Wake all tasks in `wait_for_change`."""
        event, self._change_event = self._change_event, asyncio.Event()
        event.set()

    async def wait_for_change(self) -> None:
        await self._change_event.wait()

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[Change | None]]:
        """Yield a queue of all changes from now on; its user may put None into it as an end."""
        self._watchers.add(queue := asyncio.Queue[Change | None]())
        try:
            yield queue
        finally:
            self._watchers.discard(queue)
