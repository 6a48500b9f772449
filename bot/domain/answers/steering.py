"""Values of what people do to steer a conversation: stopping, editing, deleting. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.conversation import Person, Thread


class StopResult(StrEnum):
    """Result of a message that asks to stop."""

    STOPPED = "stopped"
    NOTHING = "nothing to stop"  # no answer is in progress, or its text is complete
    NOT_THEIRS = "not theirs"  # for a while only who asked may stop it
    IGNORED = "ignored"  # Slack has sent it before, or Easel takes no part in that thread


class TitleAuthor(StrEnum):
    """Who gave a thread its title."""

    EASEL = "easel"
    PERSON = "person"
    NONE = "none"  # Slack takes no title there
    STALE = "stale"  # Easel, of words that were edited or deleted since


@dataclass(frozen=True, slots=True)
class StopReport:
    """`result`, and the messages whose answers are to stop, each as team, channel and ts."""

    result: StopResult
    messages: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MessageEdit:
    """A person's edit of their message at `ts`, at the time `edited_ts`.

    `text` is what it says now, `previous_text` what it said before, both as they are stored. `root`
    is that of its thread. `is_mention`: its post named Easel. `is_stop`: it says no more than stop.
    """

    team: str
    channel: str
    ts: str
    author: Person
    text: str
    previous_text: str
    edited_ts: str
    root: str = ""
    is_mention: bool = False
    is_stop: bool = False


class EditResult(StrEnum):
    """Result of an edit."""

    IGNORED = "ignored"  # no stored message of theirs, an old edit, or nothing has changed
    CORRECTED = "corrected"  # what the model reads of it is the new text from now on
    ASKED = "asked"  # and it is answered again, once an answer in progress has ended
    LIMITED = "limited"  # as `CORRECTED`: it was answered again often enough in this hour
    LIMITED_AGAIN = "limited again"  # and that was said
    STOPPED = "stopped"  # as `CORRECTED`: it asks to stop what is being answered
    EARLY = "early"  # the message itself is still to come


@dataclass(frozen=True, slots=True)
class EditReport:
    """`result`, and the thread of the message where that is known.

    `messages` are those whose answers are to stop, each as team, channel and ts.
    """

    result: EditResult
    thread: Thread | None = None
    messages: tuple[tuple[str, str, str], ...] = ()
