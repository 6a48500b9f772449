"""Decides which suspects may be answered now. Pure.

A suspect is a question that was being answered when the process ended, twice, or while the event
loop had stopped turning. Suspects are answered one at a time, while all other questions go on, so
that the next crash tells which of them it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.questions import Question, SuspectLane

# A suspect that has lived this long does not hold up the next one any more.
SOLITARY_SECONDS = 20.0


def choose_lane(running: Iterable[tuple[Question, float]], now: float) -> SuspectLane:
    """Return which suspects may be claimed at `now`, while `running` ones are being answered.

    `running` has all questions that are being answered, with the times at which they were begun,
    by the clock of `now`.
    """
    suspects = [(question, begun_at) for question, begun_at in running if question.is_suspect]
    if not suspects:
        return SuspectLane.EMPTY
    is_closed = any(
        question.is_isolated or now - begun_at < SOLITARY_SECONDS for question, begun_at in suspects
    )
    return SuspectLane.CLOSED if is_closed else SuspectLane.SHARED
