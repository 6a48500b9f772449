"""Values of the queue: a question, its answer and its outcome. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.conversation import Person, Thread
from bot.domain.costs import CostOwner, ModelRequest
from bot.domain.files import FileRef
from bot.domain.pictures.presses import PressedPicture

# The buttons under an answer are the asker's for as long, then anybody's of the thread, unless a
# setting says otherwise.
ASKERS_OWN_SECONDS = 3_600.0
# A question that was being answered when the process ended, this often, is a suspect.
SUSPECT_CRASHES = 2
# A question is given up after this many crashes.
MAX_CRASHES = 5
# No question is put back for longer: a later due time was set while the clock was wrong.
MAX_DELAY_SECONDS = 300.0


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    FAILED = "failed"
    STOPPED = "stopped"  # the person who asked pressed Slack's stop button
    ASKED_BACK = "asked_back"  # something does not fit, and the person has to choose


class Ending(StrEnum):
    """How the model's answer ended."""

    NONE = ""  # no model was asked: it is Easel's own
    WHOLE = "whole"
    CUT = "cut"  # it has reached its longest length, or was stopped: there would be more


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, as the store keeps it and Slack shows it.

    `text` is the model's, not yet escaped for Slack; `note` is our own, and follows it. `files` are
    those that were made, pictures first; they have no id until they are uploaded. `requests` are
    all that were made to the model; those that the provider accepted are already in the journal.
    `took_along`: it is complete, and based on an earlier conversation; `carried_files` of that
    belong to this thread from now on.
    """

    text: str = ""
    note: str = ""
    outcome: Outcome = Outcome.ANSWERED
    files: tuple[FileRef, ...] = ()
    requests: tuple[ModelRequest, ...] = ()
    took_along: bool = False
    carried_files: tuple[FileRef, ...] = ()
    ending: Ending = Ending.NONE


@dataclass(frozen=True, slots=True)
class Question:
    """A message that Easel has to answer, claimed from the queue.

    `claims` counts how often it was claimed, and `attempt` only those claims that count as an
    attempt. `messages` are the messages of the reply that Slack already shows, by their ts.
    `answer` is set once it is settled, until all of it is shown. `stored_at` is a Unix time.
    `go_on`: the person has chosen to get an answer, although something has to be left out.
    `crashes` counts the ends of the process that are charged to this question; `is_isolated`: it is
    answered while no other suspect is. `is_apart`: the person wants an answer to this
    message alone, without anything from before. `is_from_menu`: a recipe that the person has chosen
    in the menu of a message, so that no one sees the request. `asked_at` is the ts of the edit that
    made an older message a question, else "". `version` counts its answers. `is_stopped`: a person
    wanted it to stop before it was claimed. `is_regeneration`: a person pressed for another answer,
    and the earlier one stays until that is whole, and for good where it fails. `about_ts` is the ts
    of the message that it is about, if that is another one. `pressed`: it was
    pressed under a picture, so that no one sees the request. `author` is the id of who wrote it,
    where somebody else has pressed for an answer, else "".
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
    crashes: int = 0
    is_isolated: bool = False
    is_apart: bool = False
    is_from_menu: bool = False
    asked_at: str = ""
    version: int = 1
    is_stopped: bool = False
    is_regeneration: bool = False
    about_ts: str = ""
    pressed: PressedPicture | None = None
    author: str = ""

    @property
    def place(self) -> str:
        """The ts that orders this question in its thread: what is older is before it."""
        return self.asked_at or self.ts

    @property
    def writer_id(self) -> str:
        """The id of the person whose words these are."""
        return self.author or self.asker.id

    @property
    def is_suspect(self) -> bool:
        """Whether this question may be what ends the process, so that it is answered apart. One
        that is to stop only ends."""
        return self.crashes >= SUSPECT_CRASHES and not self.is_stopped

    @property
    def cost_owner(self) -> CostOwner:
        """The owner of the costs of this question's requests."""
        thread = self.thread
        return CostOwner(thread.team, thread.channel, self.asker.id, self.id)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question whose answer is not completely shown.

    `is_claimed`: some process works on it; `is_elsewhere`: another replica does. `was_claimed`: it
    was claimed at least once.
    `last_message` is the newest message of its reply that Slack shows, by its ts, or "". `text` is
    the beginning of what was asked.
    """

    id: int
    thread: Thread
    ts: str
    asker: Person
    is_claimed: bool
    was_claimed: bool
    is_settled: bool
    last_message: str = ""
    text: str = ""
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Presser:
    """Who pressed a button, and when, as a Slack ts."""

    person: Person
    ts: str


class PressResult(StrEnum):
    """Result of a press of a button."""

    ASKED = "asked"
    NOTHING_TO_ASK = "nothing to ask"  # it was pressed before
    ASKED_BEFORE = "asked before"  # by another press of the same button, which stays where it is
    RUNNING = "running"  # it is being answered
    REPLACED = "replaced"  # the answer has gone: there is a newer one in its place
    UNDERWAY = "underway"  # another person has pressed the same, and the answer is on its way
    NOT_THEIRS = "not theirs"  # for a while it is for who asked alone
    GONE = "gone"  # its question is not there any more, or not in this place


class EnqueueResult(StrEnum):
    """Result of enqueueing a message."""

    NEW = "new"  # a question that waits to be claimed
    UPDATED = "changed"  # an unsettled question got files or a thread that it did not have
    LATE = "late"  # a settled question got files: they go with the next one of its thread
    LIMITED = "limited"  # a program's, and enough of those are answered: it is only remembered
    DUPLICATE = "nothing"  # it was stored before, or needs no answer


@dataclass(frozen=True, slots=True)
class ClaimLimits:
    """The most questions that a process may have claimed at once: in all, and of one person.

    The suspect that is answered apart does not count. Where several processes work on one queue, a
    person's share is that of all of them together.
    """

    total: int
    per_person: int


class SuspectLane(StrEnum):
    """Which suspects may be claimed now. At most one is claimed at a time."""

    EMPTY = "empty"  # any: no suspect is being answered
    SHARED = "shared"  # one that is not isolated
    CLOSED = "closed"  # none


class ClaimRefusal(StrEnum):
    """Why no question of a thread was claimed."""

    NOTHING = "nothing"  # none is due, another process works on one, or the person has no place
    SUSPECT = "suspect"  # the first is a suspect, which may not be claimed now


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """What one look at the queue has claimed, and what it has left.

    `waiting_count` open questions are claimed by no process: for want of a place, because an
    earlier question of their thread is open, or because they are due later. `is_full`: there is no
    place left.
    """

    questions: tuple[Question, ...] = ()
    waiting_count: int = 0
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class QueueStats:
    """The numbers of open questions by state, and the age of the oldest one in seconds.

    A settled question is open until all of its answer is shown.
    """

    states: dict[str, int]
    oldest_seconds: float


class TroubleKind(StrEnum):
    """What went wrong on the way of a question."""

    CALL_FAILED = "call failed"  # of Slack's Web API, `count` times
    PUT_BACK = "put back"  # it may work later, `seconds` later at the earliest
    FAILED = "failed"  # people were told that it did
    PROCESS_ENDED = "process ended"  # while it was being answered
    ASKED_AGAIN = "asked again"  # a person pressed the button


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that went wrong, at a Unix time. `code` is one word, `method` one of Slack's."""

    at: float
    kind: TroubleKind
    code: str = ""
    method: str = ""
    count: int = 1
    seconds: float = 0.0
