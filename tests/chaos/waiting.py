"""Waits for the service, by its database and the played ends."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.chaos.checks import find_wrong_bills
from tests.chaos.stored import count_rows

# That a replica was killed is known once its leases have ended; its bills are due some time later.
_BILL_SECONDS = 150.0
_DELIVERY_SECONDS = 60.0
_TIDY_SECONDS = 10.0


async def wait_until_answered(slack: PlayedSlack, folder: Path, *, seconds: float) -> bool:
    """Wait until Slack repeats no event and no question is open; return whether it is so."""

    def is_done() -> bool:
        ended = all(one.acked_at is not None or one.is_given_up for one in slack.deliveries)
        return ended and count_rows(folder, "SELECT count(*) FROM questions WHERE NOT shown") == 0

    return await _wait_until(is_done, seconds)


async def wait_until_billed(model: PlayedModel, folder: Path) -> None:
    """Wait for the cost of every answer. The checks report those that are missing."""
    await _wait_until(lambda: not find_wrong_bills(model, folder), _BILL_SECONDS)


async def wait_until_tidy(folder: Path) -> None:
    """Wait until the bytes of what is shared are deleted. The checks report those that stay."""
    await _wait_until(lambda: not [*(folder / "outbox").glob("*/*")], _TIDY_SECONDS)


async def wait_until_quiet(slack: PlayedSlack) -> None:
    """Wait for the events that are being delivered. The checks report those that never arrive."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(slack.wait_until_quiet(), _DELIVERY_SECONDS)


async def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            return False
        await asyncio.sleep(0.2)
    return True


@asynccontextmanager
async def run_in_background(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run `work` as a task while the context is open. Raises what it raised before the end."""
    task = asyncio.create_task(work())
    try:
        yield
    finally:
        if task.done():
            task.result()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
