"""Lets a person stop an answer: interrupts the code that waits for the model, at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class StopButton:
    """Stays pressed once it was pressed.

    `is_silent`: no one waits for a word about it. `is_deleted`: the question is not there any more,
    whoever else has pressed.
    """

    def __init__(self) -> None:
        self.is_pressed = False
        self.is_silent = False
        self.is_deleted = False
        self._timeout: asyncio.Timeout | None = None

    def press(self, *, silently: bool = False) -> None:
        """Stop the answer. `silently`: because the question was deleted."""
        self.is_silent = silently and (self.is_silent or not self.is_pressed)
        self.is_deleted = self.is_deleted or silently
        self.is_pressed = True
        if self._timeout is not None:
            self._timeout.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def interrupt_on_press(self) -> AsyncIterator[None]:
        """Run the block until it ends or the button is pressed. Raise nothing on a press."""
        try:
            # The button may have been pressed before the model was asked.
            async with asyncio.timeout(0 if self.is_pressed else None) as self._timeout:
                yield
        except TimeoutError:
            if not self.is_pressed:
                raise
        finally:
            self._timeout = None
