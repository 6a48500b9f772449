"""One call of the Web API: bounded in time, its errors translated, counted by method and code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.errors import EaselError
from handlers.slack_errors import translated

# The bound on a call with its waits for 429s; a single request is bounded by the session.
CALL_SECONDS = 150.0

# Slack's method and its error word, "ok" where there was none.
Count = Callable[[str, str], None]


def uncounted(_method: str, _code: str) -> None:
    """Counts nothing."""


class SlackCalls:
    """Makes calls; `count` learns how each ended."""

    def __init__(self, count: Count = uncounted) -> None:
        self._count = count

    @asynccontextmanager
    async def call(self, method: str, *, seconds: float = CALL_SECONDS) -> AsyncIterator[None]:
        """Run one call of `method` in the block. Raises `SlackError` or `TryLater`."""
        try:
            with translated(method):
                async with asyncio.timeout(seconds):
                    yield
        except EaselError as error:
            self._count(method, error.code or type(error).__name__)
            raise
        self._count(method, "ok")
