"""Several pictures of one wish: each is a request of its own, made beside the first.

Asks and collects. Whether there is money for them was decided before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from bot.answering.stream import Listening, NoteBegan
from bot.billing.usage_meter import Booking
from bot.delivery.reply import Reply
from bot.domain.costs import Attempt, Purpose
from bot.domain.llm import ImageMade, Prompt

DRAWING = "is drawing {} variations…"
MISSING = "_{} of {} variations came out; the others did not. Ask again for more._"
_ONE_OF = (
    "[Make one picture only: it is variation {} of {}, clearly different from the others in"
    " composition, light or style.]"
)


def variations_of(prompt: Prompt) -> list[Prompt]:
    """The requests that a prompt comes to: one for each picture that is to be made of it."""
    count = prompt.parameters.variations or 1
    if count == 1 or prompt.schema is not None:
        return [prompt]
    return [
        replace(prompt, question=f"{prompt.question}\n\n{_ONE_OF.format(number, count)}")
        for number in range(1, count + 1)
    ]


class Beside:
    """Requests that run while another is heard. Leaving it as a context ends what still runs."""

    def __init__(self, listening: Listening, reply: Reply, note_began: NoteBegan) -> None:
        self._listening = listening
        self._reply = reply
        self._note_began = note_began
        self._bookings: list[Booking] = []
        self._tasks: list[asyncio.Task[list[ImageMade]]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def ask(self, prompt: Prompt, guessed: int, booking: Booking) -> None:
        """Ask for one more picture, with books of its own."""
        booking.asking(guessed, Purpose.ANSWER)
        self._bookings.append(booking)
        hearing = self._listening.beside(prompt, self._reply, booking, self._note_began)
        self._tasks.append(asyncio.create_task(hearing, name="variation"))

    async def pictures(self) -> list[ImageMade]:
        """What has come, in the order of asking, once all have ended or the person said stop."""
        if self._tasks:
            async with self._reply.stop_button.listening():
                await asyncio.wait(self._tasks)
        return [made for task in self._tasks if task.done() for made in task.result()]

    @property
    def attempts(self) -> Sequence[Attempt]:
        """What the requests took, as far as they have ended."""
        return [attempt for booking in self._bookings for attempt in booking.attempts]
