"""The values Easel is made of: what was said, what is asked of the model, what comes back.

Pure data. Nothing here reads, waits or decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeAlias

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".heif")


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation's key. A message outside any thread is the root of its own."""

    team: str
    channel: str
    root: str


@dataclass(frozen=True, slots=True)
class Person:
    """A human in Slack. `team` is their own workspace; in a shared channel it may not be ours."""

    id: str
    team: str


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file in Slack as its event describes it: claims, not facts, and never its bytes.

    `sha256` is of the original bytes and `copy_sha256` of the working copy the model is sent;
    both are empty until Easel has held the bytes.
    """

    id: str
    name: str
    mimetype: str = ""
    size: int = 0
    url: str = ""
    mode: str = "hosted"
    access: str = "visible"
    sha256: str = ""
    copy_sha256: str = ""

    @property
    def claims_picture(self) -> bool:
        """Whether Slack or the file's name call it a picture. Only its bytes can prove it."""
        return self.mimetype.startswith("image/") or self.name.lower().endswith(PICTURE_ENDINGS)


class Reach(StrEnum):
    """Why a message may be for Easel."""

    DIRECT = "direct"  # a direct message
    MENTION = "mention"  # names Easel
    THREAD = "thread"  # in a thread, names nobody: a question if Easel takes part there
    OVERHEARD = "overheard"  # in a thread, names somebody else: remembered, never answered
    WATCHED = "watched"  # a picture in a channel Easel watches


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message that a person posted, as far as Easel cares."""

    event_id: str
    thread: Thread
    ts: str
    sender: Person
    text: str
    reach: Reach
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is not for Easel, and why."""

    why: str


class Speaker(StrEnum):
    PERSON = "person"
    EASEL = "easel"


@dataclass(frozen=True, slots=True)
class Turn:
    """One side's part in a thread, as remembered. `files` are uploads or pictures Easel made."""

    speaker: Speaker
    ts: str
    text: str
    user: str = ""
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """Bytes we hold, ready for the model or for Slack. `sha256` is the hex digest of `data`."""

    name: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PromptTurn:
    """One earlier turn as the model reads it: text only, whoever spoke."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything one model request says. `user` and `session` are hashes, never Slack ids."""

    system: str
    past: tuple[PromptTurn, ...]
    question: str
    pictures: tuple[Attachment, ...]
    max_tokens: int
    user: str
    session: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What the provider says one answer took. `cost` is US dollars; None where it said nothing."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    image_tokens: int = 0
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Began:
    """The provider took the request; `generation_id` finds its bill later. May be empty."""

    generation_id: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ImageMade:
    """A whole picture from the model: original bytes, type by content. Never the same one twice."""

    data: bytes = field(repr=False)
    mimetype: str
    sha256: str


class Finish(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a complete answer. `usage` is None where the provider sent none."""

    reason: Finish
    usage: Usage | None


ReplyEvent: TypeAlias = Began | TextDelta | ReasoningDelta | ImageMade | Finished


@dataclass(frozen=True, slots=True)
class MadePicture:
    """A picture Easel made, as it is shared in Slack: original bytes, a file name, an alt text."""

    name: str
    alt: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str


class Outcome(StrEnum):
    ANSWERED = "answered"
    FAILED = "failed"
    STOPPED = "stopped"  # the person who asked pressed Slack's stop button


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question came to, as the store keeps it and Slack is to show it.

    `text` is what the model said, before it was made safe for Slack; `note` are our own sentences
    after it. `files` are the pictures made: without an id until they are uploaded. `usage` is None
    where nothing was asked of the model, or the provider said nothing.
    """

    text: str = ""
    note: str = ""
    outcome: Outcome = Outcome.ANSWERED
    files: tuple[FileRef, ...] = ()
    generation_id: str = ""
    model: str = ""
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A message Easel has to answer, claimed from the inbox.

    `attempt` counts how often it was begun and not put back in good order, `claims` how often it
    was begun at all. `messages` are the reply's messages that Slack already shows, `answer` what
    is known and not wholly shown yet.
    """

    id: int
    thread: Thread
    ts: str
    asker: Person
    text: str
    files: tuple[FileRef, ...] = ()
    attempt: int = 1
    claims: int = 1
    messages: tuple[str, ...] = ()
    answer: Answer | None = None
    stored_at: float = 0.0


class Put(StrEnum):
    """What storing a message came to."""

    NEW = "new"  # a question to work on
    CHANGED = "changed"  # a question that is not settled got files or a thread it did not have
    NOTHING = "nothing"  # a double, or not for Easel
