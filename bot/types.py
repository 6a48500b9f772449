"""The values of the conversation: what was said in Slack, what is to be answered, what it came to.

Pure data. What is said to the model and by it stands in `exchange.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.records import Attempt

PICTURE_ENDINGS = (
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp",
    ".svg", ".svgz",
)  # fmt: skip
# Canvases and posts, by the names that Slack has given their modes over the years.
_WRITTEN_IN_SLACK = ("quip", "canvas", "space", "docs", "post")


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
    both are empty until Easel has held the bytes. Pictures that Easel made in a thread have a
    `version` from 1, and `made_from` says in words what they were made of.
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
    version: int = 0
    made_from: str = ""
    asked: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether it, or the message that it came with, was deleted in Slack."""
        return self.mode in ("tombstone", "forgotten")

    @property
    def is_canvas(self) -> bool:
        """Whether it is a document that people write in Slack: its bytes are a page of HTML."""
        return self.mode in _WRITTEN_IN_SLACK or self.mimetype == "application/vnd.slack-docs"

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
    MENU = "menu"  # chosen in a message's menu: answered, but Easel does not take part from then on


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message that a person posted, as far as Easel cares. `about`: the ts of one it quotes."""

    event_id: str
    thread: Thread
    ts: str
    sender: Person
    text: str
    reach: Reach
    files: tuple[FileRef, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is not for Easel, and why."""

    why: str


class Speaker(StrEnum):
    PERSON = "person"
    EASEL = "easel"


@dataclass(frozen=True, slots=True)
class Turn:
    """One side's part in a thread, as remembered. `files` are uploads or what Easel made.

    `tokens` are about what it takes, 0 where that was never estimated; `id` is the store's.
    """

    speaker: Speaker
    ts: str
    text: str
    user: str = ""
    files: tuple[FileRef, ...] = ()
    tokens: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """What a thread holds before a question.

    `turns` are those that no summary holds, oldest first; `summary` stands for all before them, and
    `folded` says whether there are such. `recalled` are older ones that hold words of the question.
    `files` are all of the thread, oldest first. `estimated` and `reported` are tokens of earlier
    requests, as we guessed and as the provider counted.
    """

    turns: tuple[Turn, ...] = ()
    summary: str = ""
    summary_tokens: int = 0
    folded: bool = False
    recalled: tuple[Turn, ...] = ()
    files: tuple[FileRef, ...] = ()
    estimated: int = 0
    reported: int = 0


@dataclass(frozen=True, slots=True)
class MadeFile:
    """What Easel made, as it is shared in Slack: original bytes, a file name, an alt text."""

    name: str
    alt: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where the pictures of an answer stand among those made in their thread."""

    next_version: int = 1
    made_from: str = ""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that an answer made. `sha256` may be empty where nobody has computed it yet."""

    name: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str = ""


class Outcome(StrEnum):
    ANSWERED = "answered"
    FAILED = "failed"
    STOPPED = "stopped"  # the person who asked pressed Slack's stop button
    ASKED_BACK = "asked_back"  # something does not fit: the person is to choose


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question came to, as the store keeps it and Slack is to show it.

    `text` is what the model said, before it was made safe for Slack; `note` are our own sentences
    after it. `files` are what was made, pictures before others: without an id until they are
    uploaded. `attempts` are the requests it took; those that were taken have been noted before.
    """

    text: str = ""
    note: str = ""
    outcome: Outcome = Outcome.ANSWERED
    files: tuple[FileRef, ...] = ()
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A message Easel has to answer, claimed from the inbox.

    `attempt` counts how often it was begun and not put back in good order, `claims` how often it
    was begun at all. `messages` are the reply's messages that Slack already shows, `answer` what
    is known and not wholly shown yet. `go_on`: the person has chosen an answer although something
    has to be left out.
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
    go_on: bool = False


class Put(StrEnum):
    """What storing a message came to."""

    NEW = "new"  # a question to work on
    CHANGED = "changed"  # a question that is not settled got files or a thread it did not have
    NOTHING = "nothing"  # a double, or not for Easel
