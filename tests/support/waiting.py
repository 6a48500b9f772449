"""A fake store of waiting questions with state."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.conversation import Person, Thread
from bot.domain.errors import EaselError
from bot.domain.questions import OpenQuestion
from tests.support.values import ALEX, THREAD


def build_open_question(
    number: int = 1,
    *,
    thread: Thread = THREAD,
    asker: Person = ALEX,
    is_claimed: bool = False,
    was_claimed: bool = True,
    is_settled: bool = False,
    last_message: str = "",
) -> OpenQuestion:
    """Build a question that was put back, unless the test says otherwise."""
    ts = thread.root if number == 1 else f"1700000000.{number:06d}"
    return OpenQuestion(
        number,
        thread,
        ts,
        asker,
        is_claimed=is_claimed,
        was_claimed=was_claimed,
        is_settled=is_settled,
        last_message=last_message,
    )


@dataclass(slots=True)
class FakeWaitingQuestions:
    """Implements `bot.delivery.sign_sender.WaitingQuestions`."""

    questions: list[OpenQuestion] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    unanswered: set[int] = field(default_factory=set)  # closed with no answer
    failures: list[EaselError] = field(default_factory=list)  # of the next records

    async def list_open(self) -> list[OpenQuestion]:
        return list(self.questions)

    async def prepare_sign(self, question_id: int) -> bool:
        return any(one.id == question_id and not one.is_claimed for one in self.questions)

    async def record_sign(self, question: OpenQuestion, ts: str) -> bool:
        if self.failures:
            raise self.failures.pop(0)
        waits = any(one.id == question.id and not one.is_claimed for one in self.questions)
        if waits:
            self.recorded.append(ts)
        return waits

    async def is_closed_unanswered(self, question_id: int) -> bool:
        return question_id in self.unanswered
