"""Values of the queue: a question, its answer, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.conversation import Person, Thread
from bot.domain.costs import CostOwner, ModelRequest
from bot.domain.files import FileRef


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
    requests: tuple[ModelRequest, ...] = ()


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

    @property
    def cost_owner(self) -> CostOwner:
        """Who pays for the requests of this question."""
        thread = self.thread
        return CostOwner(thread.team, thread.channel, self.asker.id, self.id)


class EnqueueResult(StrEnum):
    """What storing a message came to."""

    NEW = "new"  # a question to work on
    UPDATED = "changed"  # a question that is not settled got files or a thread it did not have
    DUPLICATE = "nothing"  # a double, or not for Easel


@dataclass(frozen=True, slots=True)
class QueueStats:
    """Questions by state (and settled ones that are not wholly shown), and the oldest one's age.

    Ages are seconds.
    """

    states: dict[str, int]
    oldest_seconds: float
