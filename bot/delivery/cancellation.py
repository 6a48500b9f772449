"""The person wants no more of an answer: ends whoever listens to the model, at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class StopButton:
    """`pressed` once, it stays pressed."""

    def __init__(self) -> None:
        self.pressed = False
        self._listening: asyncio.Timeout | None = None

    def press(self) -> None:
        self.pressed = True
        if self._listening is not None:
            self._listening.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Run the block until it ends or the button is pressed."""
        try:
            # It may have been pressed before anything was asked.
            async with asyncio.timeout(0 if self.pressed else None) as self._listening:
                yield
        except TimeoutError:
            if not self.pressed:
                raise
        finally:
            self._listening = None
