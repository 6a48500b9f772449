"""The protocols through which Easel uses the model and Slack.

An asynchronous call may raise any `EaselError`, unless it says that it never raises. The protocols
of stored data are in `stores/`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Protocol, TypeAlias

from bot.domain.conversation import Person, ResolvedLinks, Thread, Turn
from bot.domain.files import FileRef
from bot.domain.llm import Prompt, StreamEvent
from bot.domain.posts import OwnPost, PostMetadata, Upload
from bot.domain.safe_text import SafeText
from bot.i18n.catalog import ENGLISH

# Returns the language for a person who has written a text, which is "" where they wrote none.
ChooseLanguage: TypeAlias = Callable[[Person, str], str]


def choose_english(_person: Person, _text: str) -> str:
    """A `ChooseLanguage` for those who speak English to everyone."""
    return ENGLISH


class Model(Protocol):
    """The model, from whichever provider."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of the response: `ResponseStarted`, its content, `ResponseFinished`.

        `RequestRejected` may precede a `ResponseStarted`. Where another request takes over before
        any content was produced, there is another `ResponseStarted`.

        Raises no errors but `EaselError`s. Text and pictures that were yielded before an error stay
        valid. Closing the generator early ends the request.
        """
        ...


class Bills(Protocol):
    """The provider's records of costs."""

    async def fetch_cost(self, generation_id: str) -> Decimal | None:
        """Return the cost in US dollars, or None while the provider does not know it yet."""
        ...


class Chat(Protocol):
    """Messages in Slack. All text is Markdown, and a `SafeText`: `bot.delivery.escaper` made it.

    Every asynchronous call raises `SlackError` with Slack's code where Slack refuses it, and
    `TransientError` where Slack is unavailable. With `retry_after` that is a 429: Slack has done
    nothing, and takes such a call after these seconds. Only a short one is waited out. After any
    other `TransientError` from `start_stream` or `post`, Slack may have the message all the same:
    `list_own_messages` shows that.

    A message that Slack refuses because of how it is built is sent in plainer forms, down to its
    bare words. Raises `ContentRefused` if `post` or `update` finds no form that Slack takes.
    """

    def try_acquire_stream(self) -> bool:
        """Take one stream, start and stop, from this minute's allowance; False if none is left."""
        ...

    def try_acquire_append(self) -> bool:
        """Take one `append_stream` from this minute's allowance; False if none is left."""
        ...

    def try_acquire_update(self) -> bool:
        """Take one `update` from this minute's allowance; False if none is left."""
        ...

    def try_acquire_removal(self) -> bool:
        """Take one `delete` that is made later from this minute's allowance; False if none is
        left."""
        ...

    async def set_status(self, thread: Thread, status: SafeText) -> None:
        """Show `status` under the thread until the next message; "" clears it.

        Raises `AllowanceUsed`, as `post_ephemeral` does.
        """
        ...

    async def post_ephemeral(
        self,
        thread: Thread,
        person: Person,
        text: SafeText,
        ts: str,
        metadata: PostMetadata | None = None,
    ) -> None:
        """Show `text` only to `person`, who has asked at `ts`, and only until they reload Slack.

        With `metadata` its controls are below the text.
        """
        ...

    async def start_stream(self, thread: Thread, asker: Person, text: SafeText) -> str:
        """Begin a streamed message, which grows while `asker` watches; return its ts.

        Raises `StreamRefused` where streams are not possible.
        """
        ...

    async def append_stream(self, thread: Thread, ts: str, text: SafeText) -> None:
        """Add `text` to a streamed message.

        Raises `StreamEnded` where the message takes no more text, and `StoppedByPerson`.
        """
        ...

    async def stop_stream(
        self, thread: Thread, ts: str, text: SafeText, metadata: PostMetadata
    ) -> None:
        """Add the last `text`, which may be "", and end the stream.

        Raises `StreamEnded` where it had ended already, or takes no end: it can be edited then.
        """
        ...

    async def post(
        self, thread: Thread, text: SafeText, metadata: PostMetadata, *, can_wait: bool = True
    ) -> str:
        """Post a whole message in the thread; return its ts.

        One that cannot wait leaves the allowance to answers: raises `AllowanceUsed` where much of
        it is used, or the channel has to wait.
        """
        ...

    async def post_picture(
        self, thread: Thread, file_id: str, alt_text: SafeText, metadata: PostMetadata
    ) -> str:
        """Post a message that shows an uploaded picture; return its ts."""
        ...

    async def replace_picture(
        self, thread: Thread, ts: str, file_id: str, alt_text: SafeText, metadata: PostMetadata
    ) -> None:
        """Show another picture in a message of `post_picture`, if the allowance has room for it."""
        ...

    async def update(self, thread: Thread, ts: str, text: SafeText, metadata: PostMetadata) -> None:
        """Replace the whole text of a message, and its metadata."""
        ...

    async def delete(self, thread: Thread, ts: str) -> None:
        """Delete a message. It is no error if it was deleted before."""
        ...

    async def list_own_messages(self, thread: Thread, after: str) -> list[OwnPost]:
        """Return Easel's text messages in the thread that are newer than `after`, oldest first."""
        ...


class Titles(Protocol):
    """Titles of threads, as Slack lists them. The call raises the same errors as `Chat`."""

    async def set_title(self, thread: Thread, title: SafeText) -> None:
        """Give `thread` a title of at most 200 characters.

        Raises `AllowanceUsed`, and `SlackError("not_authorized")` where Slack lists no such thread.
        """
        ...


class Uploads(Protocol):
    """Uploads of files to Slack. Every call raises the same errors as `Chat`."""

    async def upload(self, uploads: Sequence[Upload]) -> list[str]:
        """Upload files without sharing them yet; return their ids, in order."""
        ...

    async def share(
        self, thread: Thread, files: Sequence[FileRef], *, fresh: bool
    ) -> list[FileRef]:
        """Share uploaded `files` in one message of the thread, in order; return them with urls.

        Without `fresh`, an earlier attempt may have shared them; then they are not shared again.
        Raises `NotUploaded` where Slack does not have their bytes.
        """
        ...

    async def wait_until_shared(self, thread: Thread, files: Sequence[FileRef]) -> None:
        """Return once people see the message that shares `files`, or after some seconds."""
        ...

    async def complete_unshared(self, file_id: str) -> None:
        """Complete an upload without sharing it; after this, messages may show it."""
        ...

    async def delete(self, file_id: str) -> None:
        """Delete a file. It is no error if it was deleted before."""
        ...


class Files(Protocol):
    """Files in Slack: their descriptions and their bytes.

    Both calls raise `UserError`, with a sentence that names the file, where the file is gone or
    cannot be read, and `MachineShort` where this machine opens no connection.
    """

    async def look_up(self, file: FileRef) -> FileRef:
        """Return the file as Slack describes it, for an event that says too little about it."""
        ...

    async def fetch(self, file: FileRef) -> bytes:
        """Return the file's bytes."""
        ...


class Threads(Protocol):
    """Threads in Slack, for messages that Easel has not stored."""

    async def fetch_earlier(self, thread: Thread, before: str) -> list[Turn]:
        """Return the messages of `thread` older than ts `before`, oldest first."""
        ...

    async def resolve_links(self, thread: Thread, links: Sequence[str]) -> ResolvedLinks:
        """Return the messages and files that `links` lead to.

        Reads only messages of the thread's own channel. Never raises: its notes tell what could not
        be followed.
        """
        ...


class Directory(Protocol):
    """Names of people, channels and groups, from a bounded cache with an age. Never raises."""

    async def fetch_names(
        self, team: str, ids: Collection[str], *, channel: str = "", waited_seconds: float = 0.0
    ) -> Mapping[str, str]:
        """Return the known names of `ids`, each on one bounded line and without markup.

        Waits 300 ms at most for what is not known yet, less what the question has waited for
        names already, and not at all if there is nothing. A private channel is named only to those
        who are in it: in `channel` itself.
        """
        ...

    def find_locale(self, person: Person) -> str:
        """Return Slack's locale of a person, such as "de-DE", or "" where it is not known."""
        ...
