"""How the questions ended, by the database: which failed, and with which sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.messages import Message
from bot.domain.questions import MAX_CRASHES, Outcome
from bot.queue.attempts import TOO_MANY_CRASHES_MESSAGE
from tests.chaos.people import SentQuestion
from tests.chaos.stored import select_rows

CRASHES_SENTENCE = str(Message(TOO_MANY_CRASHES_MESSAGE, count=MAX_CRASHES))
_MAX_TAKEN_BACK = 3


@dataclass(frozen=True, slots=True)
class Ending:
    """How one question ended; `note` is Easel's own sentence under the answer, `troubles` the words
    for what went wrong on the way."""

    outcome: str
    note: str
    is_shown: bool
    message_ts: tuple[str, ...]
    troubles: tuple[str, ...] = ()


def load_endings(folder: Path) -> dict[str, Ending]:
    """Load the endings of all questions, by the question's ts."""
    messages: dict[int, list[str]] = defaultdict(list)
    for question_id, ts in select_rows(folder, "SELECT question_id, ts FROM reply_messages"):
        messages[question_id].append(ts)
    troubles: dict[int, list[str]] = defaultdict(list)
    seen = "SELECT question_id, kind, code, method FROM troubles ORDER BY id"
    for question_id, *words in select_rows(folder, seen):
        troubles[question_id].append(" ".join(filter(None, words)))
    rows = select_rows(folder, "SELECT id, ts, outcome, note, shown FROM questions")
    return {
        ts: Ending(
            outcome, note, bool(shown), tuple(messages[question_id]), tuple(troubles[question_id])
        )
        for question_id, ts, outcome, note, shown in rows
    }


def find_innocent_failures(sent: Sequence[SentQuestion], endings: dict[str, Ending]) -> list[str]:
    """Find questions that were given up because of crashes which another one has caused."""
    return [
        f"q{question.number} is innocent and was given up: {endings[question.ts].note}"
        for question in sent
        if question.ts in endings and CRASHES_SENTENCE in endings[question.ts].note
    ]


def find_poison_problems(
    poison: SentQuestion, endings: dict[str, Ending], crashes: int
) -> list[str]:
    """Check that the question that kills the process was given up after `MAX_CRASHES` of it.

    Kills from outside speak for it: each may cost one crash more, but not for long.
    """
    problems = []
    if crashes > MAX_CRASHES + _MAX_TAKEN_BACK:
        problems.append(f"the poison has killed the process {crashes} times")
    ending = endings.get(poison.ts)
    if ending is None or ending.outcome != Outcome.FAILED or CRASHES_SENTENCE not in ending.note:
        problems.append(f"the poison was not given up: {ending}")
    return problems


def find_unheard(sent: Sequence[SentQuestion], endings: dict[str, Ending]) -> list[str]:
    """Find acknowledged questions that are open, or ended without an answer and a sentence."""
    problems = []
    for question in sent:
        ending = endings.get(question.ts)
        if question.acked_at is None or ending is None:
            continue  # the other checks report it
        if not ending.is_shown:
            problems.append(f"q{question.number} still waits")
        elif ending.outcome == Outcome.FAILED and not ending.note:
            problems.append(f"q{question.number} failed without a sentence: {ending.troubles}")
    return problems
