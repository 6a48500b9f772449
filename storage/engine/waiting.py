"""Waits for what has to come to its end, even if whoever waits for it is cancelled."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class TransactionEnd(asyncio.Future[T]):
    """The end of a transaction. Who is cancelled while waiting for it waits on, and is then.

    It does what `run_to_completion` does, for what every question waits for several times.
    """

    def cancel(self, msg: object = None) -> bool:  # noqa: ARG002 - the signature is asyncio's
        """Refuse: asyncio then cancels the task that waits as soon as this is done."""
        return False


async def run_to_completion(work: Awaitable[T]) -> T:
    """Wait for the end of `work` even if the caller is cancelled; then raise the cancellation."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # retrieved so that asyncio does not warn; the cancellation wins
        raise
