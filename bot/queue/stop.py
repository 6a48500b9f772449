"""One stop of the worker: when it began, what is left of its grace period, and its end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Stop:
    """A stop that begins once, from any place, and ends once."""

    def __init__(self) -> None:
        self._began_at: float | None = None  # by the loop's clock
        self._has_ended = asyncio.Event()

    def begin(self) -> None:
        """Begin, unless it has begun."""
        if self._began_at is None:
            self._began_at = asyncio.get_running_loop().time()

    @contextmanager
    def complete(self, grace_seconds: float) -> Iterator[float]:
        """Begin, unless it has begun; yield what is left of `grace_seconds`. It has ended once the
        block is left."""
        self.begin()
        try:
            now = asyncio.get_running_loop().time()
            yield max(0.0, grace_seconds - (now - (self._began_at or now)))
        finally:
            self._has_ended.set()

    async def wait_until_ended(self) -> None:
        await self._has_ended.wait()
