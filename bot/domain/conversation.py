"""Values of a conversation in Slack: threads, people, messages and their history. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.files import FileRef
from bot.domain.messages import Message


@dataclass(frozen=True, slots=True)
class Thread:
    """The key of a conversation. A message outside any thread is the root of its own thread."""

    team: str
    channel: str
    root: str

    @property
    def is_direct(self) -> bool:
        """Whether it is between two people (docs.slack.dev, "Conversation object")."""
        return self.channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Person:
    """A person in Slack. `team` is their own workspace; in a shared channel it may not be ours."""

    id: str
    team: str


class Trigger(StrEnum):
    """Why a message may be for Easel."""

    DIRECT = "direct"  # a direct message
    MENTION = "mention"  # names Easel
    THREAD = "thread"  # in a thread, mentions no one: a question if Easel takes part there
    OVERHEARD = "overheard"  # in a thread, for others or by a program: remembered, never answered
    WATCHED = "watched"  # a picture in a channel that Easel watches
    MENU = "menu"  # chosen in a message's menu: answered, but Easel does not join the thread


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message that somebody posted. `quoted_ts` is the ts of a message that it quotes.

    `is_edit`: it was posted before, and an edit has added Easel's name. `is_from_app`: a program
    has posted it, be it for a person; `overheard_text` is what is kept of that if it is not
    answered, "" for all of `text`. `place` is the ts of the edit, else "".
    """

    event_id: str
    thread: Thread
    ts: str
    sender: Person
    text: str
    trigger: Trigger
    files: tuple[FileRef, ...] = ()
    quoted_ts: str = ""
    is_edit: bool = False
    is_from_app: bool = False
    overheard_text: str = ""
    place: str = ""

    def build_overheard(self) -> IncomingMessage:
        """Return the message as one that is remembered and not answered."""
        text = self.overheard_text or self.text
        return replace(self, trigger=Trigger.OVERHEARD, text=text)


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that is not for Easel, and the reason."""

    reason: str


class Speaker(StrEnum):
    """Who wrote a turn."""

    PERSON = "person"
    EASEL = "easel"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a thread, as stored. `files` were uploaded with it or made by Easel.

    `tokens` is an estimate, 0 where none was made; `id` is the store's.
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

    `turns` are not part of a summary, oldest first. `summary` replaces all turns before them;
    `summarized` says whether there are any, `summarized_tokens` how large they are, 0 where that
    is not asked for. `retrieved` are older turns that contain words of the question. `files` are
    all files of the thread, oldest first; `late_file_ids` name those that came when the answer to
    their question had begun. `made_files` are those that Easel made and that are no version of a
    picture, which no question is about unless it says so. `carried_files` come from another
    conversation. `estimated_tokens` and `reported_tokens` are those of earlier requests, by our
    estimate and by the provider's count.
    `authors` are the people who wrote what is not in `turns`, each with the ts of their first
    message. `newest_version` is the highest number of a picture made in the thread, before the
    question or after it.
    """

    turns: tuple[Turn, ...] = ()
    summary: str = ""
    summary_tokens: int = 0
    summarized: bool = False
    summarized_tokens: int = 0
    retrieved: tuple[Turn, ...] = ()
    files: tuple[FileRef, ...] = ()
    late_file_ids: frozenset[str] = frozenset()
    made_files: tuple[FileRef, ...] = ()
    carried_files: tuple[FileRef, ...] = ()
    estimated_tokens: int = 0
    reported_tokens: int = 0
    authors: tuple[tuple[str, str], ...] = ()
    newest_version: int = 0


@dataclass(frozen=True, slots=True)
class ResolvedLinks:
    """What the links in a message lead to.

    `file_ids` are files that are linked themselves, `files` those of linked messages, `quotes` the
    linked messages as the model reads them. `notes` are sentences for the person: what was not
    followed, and why.
    """

    file_ids: frozenset[str] = frozenset()
    files: tuple[FileRef, ...] = ()
    quotes: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptPart:
    """A paragraph of what the model is asked: Easel's own `note`, then `words` of people."""

    note: str = ""
    words: str = ""


def join_parts(parts: Iterable[PromptPart]) -> str:
    """Return all parts as one text."""
    paragraphs = ("\n".join(text for text in (one.note, one.words) if text) for one in parts)
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
