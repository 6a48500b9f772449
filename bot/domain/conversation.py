"""Values of a conversation in Slack: threads, people, messages and what was said before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.files import FileRef


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


class Trigger(StrEnum):
    """Why a message may be for Easel."""

    DIRECT = "direct"  # a direct message
    MENTION = "mention"  # names Easel
    THREAD = "thread"  # in a thread, names nobody: a question if Easel takes part there
    OVERHEARD = "overheard"  # in a thread, names somebody else: remembered, never answered
    WATCHED = "watched"  # a picture in a channel Easel watches
    MENU = "menu"  # chosen in a message's menu: answered, but Easel does not take part from then on


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One message that a person posted, as far as Easel cares. `about`: the ts of one it quotes."""

    event_id: str
    thread: Thread
    ts: str
    sender: Person
    text: str
    trigger: Trigger
    files: tuple[FileRef, ...] = ()
    quoted_ts: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is not for Easel, and why."""

    reason: str


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
class ThreadHistory:
    """What a thread holds before a question.

    `turns` are those that no summary holds, oldest first; `summary` stands for all before them, and
    `folded` says whether there are such. `recalled` are older ones that hold words of the question.
    `files` are all of the thread, oldest first. `estimated` and `reported` are tokens of earlier
    requests, as we guessed and as the provider counted.
    """

    turns: tuple[Turn, ...] = ()
    summary: str = ""
    summary_tokens: int = 0
    summarized: bool = False
    retrieved: tuple[Turn, ...] = ()
    files: tuple[FileRef, ...] = ()
    estimated_tokens: int = 0
    reported_tokens: int = 0
