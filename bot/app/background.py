"""Work that runs from start to stop, at the same time as the worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import structlog

log = structlog.get_logger(__name__)

# Waits before work that has failed begins again; each is twice the one before.
FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS = 5.0, 300.0

Work = Callable[[], Awaitable[None]]


def run_in_background(stack: AsyncExitStack, work: Work, name: str) -> None:
    """Run `work` until `stack` closes; then cancel it and wait for its end.

    If it raises, that is logged at once and `work` is called again after a while. If it returns, it
    is done.
    """
    task = asyncio.create_task(_keep_running(work, name), name=name)

    async def cancel_task() -> None:
        task.cancel()
        await asyncio.wait({task})

    stack.push_async_callback(cancel_task)


async def _keep_running(work: Work, name: str) -> None:
    loop, delay_seconds = asyncio.get_running_loop(), FIRST_DELAY_SECONDS
    while True:
        started_at = loop.time()
        try:
            return await work()
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            _report(name, error)  # something inside was cancelled, and not this task
        except Exception as error:  # noqa: BLE001 - whatever a bug raises
            _report(name, error)
        if loop.time() - started_at >= MAX_DELAY_SECONDS:
            delay_seconds = FIRST_DELAY_SECONDS
        await asyncio.sleep(delay_seconds)
        delay_seconds = min(delay_seconds * 2, MAX_DELAY_SECONDS)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _report(name: str, error: BaseException) -> None:
    log.error("background_failed", at=name, error=type(error).__name__, exc_info=error)
