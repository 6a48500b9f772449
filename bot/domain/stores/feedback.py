"""What people think of answers, and the protocol of the store that keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MAX_WORDS_CHARS = 500


class Verdict(StrEnum):
    """Whether an answer is good."""

    GOOD = "good"
    BAD = "bad"


class Fault(StrEnum):
    """What is wrong with an answer."""

    WRONG = "wrong"
    BESIDE = "beside"  # it answers another question
    INCOMPLETE = "incomplete"
    LOOKS = "looks"  # its pictures, tables or form
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AnswerName:
    """One answer: the question, how many answers it had by then, and its channel."""

    question_id: int
    version: int
    channel: str


class FeedbackStore(Protocol):
    """Keeps one row for each person and answer. Each call is one transaction."""

    async def record(
        self, answer: AnswerName, person: str, verdict: Verdict, *, pressed_at: str
    ) -> bool:
        """Keep what `person` thinks since the press at the ts `pressed_at`; the last press counts.

        Return False if the answer's question is not in that channel, or its message was deleted.
        """
        ...

    async def explain(
        self, answer: AnswerName, person: str, faults: tuple[Fault, ...], words: str
    ) -> bool:
        """Keep why the answer is bad, in codes and a line of at most `MAX_WORDS_CHARS`. It counts
        as a bad one from now on. Return False as `record` does."""
        ...
