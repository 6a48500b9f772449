"""The seams: what the core asks of the outside, as small protocols. No implementation here."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from bot.types import (
    Answered,
    FileRef,
    Incoming,
    MadePicture,
    Outcome,
    Person,
    Prompt,
    Put,
    Question,
    ReplyEvent,
    Thread,
    Turn,
)


class Model(Protocol):
    """The model, whoever serves it."""

    def reply(self, prompt: Prompt) -> AsyncGenerator[ReplyEvent, None]:
        """Yield events in order: at most one `Began` first, one `Finished` last.

        Raises only `EaselError`s. An error after text or pictures were yielded leaves those valid.
        Closing the iterator early ends the request.
        """
        ...


class Chat(Protocol):
    """What a reply needs of Slack. All text is Markdown that is already safe for Slack.

    Every call raises `SlackError` with Slack's code, `TryLater` where Slack is away; 429 has been
    waited out where it could be.
    """

    def may_stream(self) -> bool:
        """Take one stream, start and stop, from this minute's allowance, if there is one."""
        ...

    def may_append(self) -> bool:
        """Take one `append_stream` from this minute's allowance, if there is one."""
        ...

    def may_update(self) -> bool:
        """Take one `update` from this minute's allowance, if there is one."""
        ...

    async def set_status(self, thread: Thread, status: str) -> None:
        """Show `status` under the thread until the next message; "" clears it."""
        ...

    async def start_stream(self, thread: Thread, asker: Person, text: str) -> str:
        """Begin a streamed message that `asker` watches grow; return its ts.

        Raises `StreamRefused` where streams are not possible.
        """
        ...

    async def append_stream(self, thread: Thread, ts: str, text: str) -> None:
        """Add `text`. Raises `StreamEnded` when the message takes no more, `StoppedByPerson`."""
        ...

    async def stop_stream(self, thread: Thread, ts: str, text: str) -> None:
        """Add the last of the text ("" for none) and end. Raises `StreamEnded` if it had ended."""
        ...

    async def post(self, thread: Thread, text: str) -> str:
        """Post a whole message into the thread; return its ts."""
        ...

    async def update(self, thread: Thread, ts: str, text: str) -> None:
        """Replace the message's whole text."""
        ...

    async def share(self, thread: Thread, pictures: Sequence[MadePicture]) -> list[FileRef]:
        """Upload all `pictures` and share them in one message of the thread, in order."""
        ...


class Files(Protocol):
    """The bytes of files in Slack."""

    async def fetch(self, file: FileRef) -> bytes:
        """Return the file's bytes. Raises `TellPerson` with a sentence that names the file."""
        ...


class Threads(Protocol):
    """Reading a thread that Easel has not followed."""

    async def earlier(self, thread: Thread, before: str) -> list[Turn]:
        """Return the messages of `thread` older than ts `before`, oldest first."""
        ...


class Inbox(Protocol):
    """Questions from stored to settled. Each method is one transaction."""

    async def put(self, message: Incoming, *, take: bool) -> Put | Question:
        """Store `message`, merging it with another view of the same post. Commits, then returns.

        With `take`, a new question whose thread is free may be returned already claimed.
        """
        ...

    async def claim(self) -> Question | None:
        """Take the oldest question whose thread is free, or None."""
        ...

    async def settle(self, question: Question, outcome: Outcome, answer: Answered) -> None:
        """Remember the answer and its cost and close the question, in one transaction."""
        ...

    async def put_back(self, question: Question) -> None:
        """Return a claimed question to the store; the attempt does not count."""
        ...

    async def release_all(self) -> int:
        """Put back what a process that is gone had claimed; return how many questions wait."""
        ...


class History(Protocol):
    """What was said in a thread."""

    async def turns(self, thread: Thread, *, before: str, limit: int) -> list[Turn]:
        """Return the newest `limit` turns older than ts `before`, oldest first."""
        ...

    async def knows(self, thread: Thread) -> bool:
        """Whether the thread's earlier messages are already kept (or it had none)."""
        ...

    async def remember_earlier(self, thread: Thread, turns: Sequence[Turn]) -> None:
        """Keep `turns` as the thread's earlier messages; after this `knows` is True."""
        ...

    async def note_copy(self, thread: Thread, file_id: str, copy_sha256: str) -> None:
        """Record which working copy belongs to a file of the thread."""
        ...


class Blobs(Protocol):
    """Working copies, known by the sha256 of their bytes. May forget; Slack has the original."""

    async def put(self, data: bytes) -> str:
        """Keep `data`; return its sha256 in hex."""
        ...

    async def get(self, sha256: str) -> bytes | None:
        """Return the bytes, or None where they are gone or damaged."""
        ...
