"""Records what the played model is told and when, and how it answers in a storm of steering.

Every question has a mark of its own, such as q12; its answer does not repeat it, so that a mark in
a request comes from the question alone.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import replace

from bot.playground.model import PlayedModel
from bot.playground.model.endings import Ending, EndingKind
from bot.playground.model.talk import PlayedAnswer, PlayedRequest

# Longer than any storm waits, but for a question that is never stopped.
SLOW_SECONDS = 60.0
MARK_PATTERN = re.compile(r"\bq\d+[a-z]?\b")
_ANSWER_PATTERN = re.compile(r"\br\d+\b")


class Hearing:
    """`heard` has the time of each request and its marks; `answered_at` the times of answers, by
    the mark at their end, such as r7. Times are by `time.perf_counter`."""

    def __init__(self, model: PlayedModel) -> None:
        self.heard: list[tuple[float, frozenset[str]]] = []
        self.answered_at: dict[str, float] = {}
        self._model = model
        self._speak = model.speak
        self._numbers = itertools.count(1)
        model.on_request = self._note_request
        model.speak = self._answer
        model.plan_ending = plan_ending

    def count_requests(self, mark: str, *, since: float = 0.0) -> int:
        """Return how many requests with this mark were made after `since`."""
        return sum(at > since and mark in marks for at, marks in self.heard)

    def find_answer_time(self, text: str) -> float | None:
        """Return when the answer was given that Slack shows with this text; None if none was."""
        marks = _ANSWER_PATTERN.findall(text)
        return self.answered_at.get(marks[-1]) if marks else None

    def _note_request(self) -> None:
        words = " ".join(_list_texts(self._model.requests[-1]))
        self.heard.append((time.perf_counter(), frozenset(MARK_PATTERN.findall(words))))

    def _answer(self, request: PlayedRequest) -> PlayedAnswer:
        """Answer as before, with an own mark in the place of those that were read. In a thread."""
        answer, mark = self._speak(request), f"r{next(self._numbers)}"
        self.answered_at[mark] = time.perf_counter()
        return replace(answer, text=f"{MARK_PATTERN.sub('one', answer.text)} {mark}")


def plan_ending(question: str) -> Ending:
    """Return how the answer to a question ends: some come late, some are cut."""
    if " slow " in question:
        return Ending(delay=SLOW_SECONDS)
    return Ending(EndingKind.LENGTH) if " cut " in question else Ending()


def _list_texts(part: object) -> Iterator[str]:
    """Yield the texts of a request, without the data of pictures and files."""
    if isinstance(part, str):
        if not part.startswith("data:"):
            yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _list_texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _list_texts(value)
