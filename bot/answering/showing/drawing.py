"""Says in the status which of the wanted pictures is being drawn."""

from __future__ import annotations

from bot.delivery.reply import Reply
from bot.delivery.status import DRAWING_STATUS
from bot.domain.messages import Message

DRAWING_SEVERAL_STATUS = "is drawing {number} of {count}…"


class DrawingProgress:
    """The pictures of one answer: how many are wanted, as far as that is known, and there."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._wanted_count = 1
        self._done_count = 0

    def plan(self, count: int) -> None:
        """Note how many pictures are wanted."""
        self._wanted_count = count

    def note_picture(self) -> None:
        """Note that one more is there."""
        self._done_count += 1
        self.show()

    def show(self) -> None:
        """Say that the next picture is being drawn."""
        number = min(self._done_count + 1, self._wanted_count)
        several = Message(DRAWING_SEVERAL_STATUS, number=number, count=self._wanted_count)
        self._reply.set_status(DRAWING_STATUS if self._wanted_count == 1 else several)
