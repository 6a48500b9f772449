"""What the worker needs of whatever claims questions and starts their answers."""

from __future__ import annotations

from typing import Protocol

from bot.domain.questions import ClaimLimits, Question
from bot.queue.running_answers import RunningAnswers


class Claimer(Protocol):
    """Claims questions and starts their answers, until it is stopped."""

    running: RunningAnswers

    def take_place(self) -> ClaimLimits | None:
        """Return with what limits a question may be claimed when it is stored, None for not.

        Where it may, a place is kept for it until `start` or `leave_place`.
        """
        ...

    def start(self, question: Question) -> None:
        """Start the answer to a question that was claimed when it was stored, in its place."""
        ...

    def leave_place(self) -> None:
        """Give back the place: the message that was stored has not been claimed."""
        ...

    def note_new(self) -> int:
        """Note that one more question waits; return how many did before it."""
        ...

    def wake(self) -> None:
        """Look at once: a question may be due."""
        ...

    async def run(self) -> None:
        """Claim until `stop_claiming` is called."""
        ...

    def stop_claiming(self) -> None:
        """Claim no more. What is claimed meanwhile is not started."""
        ...

    async def stop(self, grace_seconds: float) -> None:
        """Let answers finish for `grace_seconds`, cancel the rest, wait for the end of all."""
        ...

    async def wait_for_end(self) -> None:
        """Wait until an answer has ended since the last call, here or perhaps elsewhere."""
        ...
