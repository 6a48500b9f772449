"""What a person does to one question or its answer during a storm, besides asking. Values only."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum

from bot.playground.slack.delivery import Delivery
from tests.chaos.people import SentQuestion


class ActKind(StrEnum):
    """What people do. The values of presses of menus are the words of their entries."""

    REGENERATE = "regenerate"
    RETRY = "retry"
    CONTINUE = "continue"
    COPY = "copy"
    AGAIN = "again"
    VARY = "vary"
    CONVERT = "convert"
    FEEDBACK = "feedback"
    STOP_BUTTON = "stop button"
    STOP_WORD = "stop word"
    STOP_SESSION = "stop of the session"
    EDIT = "edit"
    DELETE_QUESTION = "delete question"
    DELETE_ANSWER = "delete answer"


STOPS = (ActKind.STOP_BUTTON, ActKind.STOP_WORD, ActKind.STOP_SESSION)
# They ask something new: a question of whoever presses.
FOLLOW_UPS = (ActKind.CONTINUE, ActKind.COPY)
PICTURE_ACTS = (ActKind.AGAIN, ActKind.VARY, ActKind.CONVERT)


@dataclass(slots=True)
class Act:
    """One act. `deliveries` are all events about it; what is done twice is still one act.

    `question_id` and `version` name the answer that was pressed, or the picture. `lost_mark` is
    what nobody may read any more once this is acknowledged, `new_text` what an edit says, `verdict`
    the last thumb. `is_sent` is
    whether a form was taken, where there is one: None if that is not known. `done_at` is by
    `time.perf_counter`.
    """

    kind: ActKind
    question: SentQuestion
    person: str
    question_id: int = 0
    version: int = 1
    lost_mark: str = ""
    new_text: str = ""
    verdict: str = ""
    is_sent: bool | None = None
    deliveries: list[Delivery] = field(default_factory=list)
    done_at: float = field(default_factory=time.perf_counter)

    @property
    def acked_at(self) -> float | None:
        """When Easel first acknowledged it, by `time.perf_counter`; None if it never has."""
        times = [at for delivery in self.deliveries if (at := delivery.acked_at) is not None]
        return min(times, default=None)

    @property
    def is_promised(self) -> bool:
        """Whether it has to have happened: it was acknowledged, with its form if it has one."""
        return self.acked_at is not None and (
            self.kind is not ActKind.CONVERT or self.is_sent is True
        )

    @property
    def acked_unix(self) -> float:
        """When it was acknowledged, by `time.time`. It has to be."""
        assert self.acked_at is not None, "it was not acknowledged"
        return self.acked_at + time.time() - time.perf_counter()

    def __str__(self) -> str:
        return f"{self.kind.value} of q{self.question.number}"
