"""The seams to the far ends, as small protocols: the model and Slack. No implementation here.

The seams to what Easel remembers stand in `stores.py`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from decimal import Decimal
from typing import Protocol

from bot.domain.conversation import Person, Thread, Turn
from bot.domain.files import FileRef, Upload
from bot.domain.llm import Prompt, StreamEvent
from bot.domain.posts import OwnPost, PostMetadata


class Model(Protocol):
    """The model, whoever serves it."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        """Yield events in order: `Began` before what was produced, one `Finished` last.

        Before a `Began` there may be requests that were `Refused`; where another request takes
        over before anything was produced there is another `Began`.

        Raises only `EaselError`s. An error after text or pictures were yielded leaves those valid.
        Closing the iterator early ends the request.
        """
        ...


class Bills(Protocol):
    """What the provider charged."""

    async def fetch_cost(self, generation_id: str) -> Decimal | None:
        """US dollars; None while the provider does not know it yet. Raises `EaselError`."""
        ...


class Chat(Protocol):
    """What a reply needs of Slack. All text is Markdown that is already safe for Slack.

    Every call raises `SlackError` with Slack's code, `TryLater` where Slack is away; 429 has been
    waited out where it could be. After `TryLater` from `start_stream` and `post` Slack may have
    taken the message all the same: `own_messages` tells.
    """

    def try_acquire_stream(self) -> bool:
        """Take one stream, start and stop, from this minute's allowance, if there is one."""
        ...

    def try_acquire_append(self) -> bool:
        """Take one `append_stream` from this minute's allowance, if there is one."""
        ...

    def try_acquire_update(self) -> bool:
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

    async def stop_stream(self, thread: Thread, ts: str, text: str, mark: PostMetadata) -> None:
        """Add the last of the text ("" for none) and end. Raises `StreamEnded` if it had ended."""
        ...

    async def post(self, thread: Thread, text: str, mark: PostMetadata) -> str:
        """Post a whole message into the thread; return its ts."""
        ...

    async def post_picture(self, thread: Thread, file_id: str, alt: str, mark: PostMetadata) -> str:
        """Post a message that shows an uploaded picture; return its ts."""
        ...

    async def replace_picture(
        self, thread: Thread, ts: str, file_id: str, alt: str, mark: PostMetadata
    ) -> None:
        """Show another picture in such a message, if this minute's allowance has room."""
        ...

    async def update(self, thread: Thread, ts: str, text: str, mark: PostMetadata) -> None:
        """Replace the message's whole text, and what it carried."""
        ...

    async def delete(self, thread: Thread, ts: str) -> None:
        """Take the message away. One that is gone already is no error."""
        ...

    async def list_own_messages(self, thread: Thread, after: str) -> list[OwnPost]:
        """Easel's messages of text in the thread that are newer than ts `after`, oldest first."""
        ...


class Uploads(Protocol):
    """Pictures and files into Slack. Errors as those of `Chat`."""

    async def upload(self, uploads: Sequence[Upload]) -> list[str]:
        """Upload all `pictures`, shared with nobody yet; return their file ids, in order."""
        ...

    async def share(
        self, thread: Thread, files: Sequence[FileRef], *, fresh: bool
    ) -> list[FileRef]:
        """Share uploaded `files` in one message of the thread, in order; return them with urls.

        Where they are not `fresh`, an earlier attempt may have shared them: then nothing is done.
        Raises `NotUploaded` where Slack does not have their bytes.
        """
        ...

    async def complete_unshared(self, file_id: str) -> None:
        """Complete an upload without sharing it: messages may show it from now on."""
        ...

    async def delete(self, file_id: str) -> None:
        """Take a file away. One that is gone already is no error."""
        ...


class Files(Protocol):
    """The bytes of files in Slack."""

    async def look_up(self, file: FileRef) -> FileRef:
        """The file as Slack describes it, where its event told too little. Raises as `fetch`."""
        ...

    async def fetch(self, file: FileRef) -> bytes:
        """Return the file's bytes. Raises `TellPerson` with a sentence that names the file."""
        ...


class Threads(Protocol):
    """Reading what is in Slack and not here."""

    async def fetch_earlier(self, thread: Thread, before: str) -> list[Turn]:
        """Return the messages of `thread` older than ts `before`, oldest first."""
        ...

    async def resolve_links(
        self, thread: Thread, links: Sequence[str]
    ) -> tuple[set[str], list[FileRef]]:
        """The ids of files that `text` links to, and the files of messages that it links to.

        Only messages of the thread's own channel are looked at. Never raises: a link that cannot
        be followed leads nowhere.
        """
        ...
