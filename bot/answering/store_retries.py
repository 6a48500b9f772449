"""Repeats a write while the database fails, for writes that an answer cannot go on without."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable

import stamina

from bot.domain.errors import StoreError

_MAX_WAIT_SECONDS = 1.0


async def write_with_retries(
    write: Callable[[], Awaitable[None]], *, timeout_seconds: float
) -> None:
    """Write as soon as the database works. Raises `StoreError` after `timeout_seconds`, and at once
    what else `write` raises."""
    with contextlib.suppress(StoreError):  # usually the first attempt is enough
        await write()
        return
    async for attempt in stamina.retry_context(
        on=StoreError, attempts=None, timeout=timeout_seconds, wait_max=_MAX_WAIT_SECONDS
    ):
        with attempt:
            await write()
