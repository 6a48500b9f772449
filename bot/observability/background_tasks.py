"""Owns asyncio tasks that run in the background: bounds, awaits and cancels them together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class BackgroundTasks:
    """Starts tasks and keeps a reference to each until it ends.

    `max_tasks` bounds how many run at once; None means no bound.
    """

    def __init__(self, name: str, *, max_tasks: int | None = None) -> None:
        self._name = name
        self._max_tasks = max_tasks
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> bool:
        """Run `coroutine`, which handles its own errors; what it raises is a bug and logged.

        Return False, without running it, if `max_tasks` tasks run already.
        """
        if self._max_tasks is not None and len(self._tasks) >= self._max_tasks:
            coroutine.close()
            return False
        task = asyncio.create_task(coroutine, name=self._name)
        self._tasks.add(task)
        task.add_done_callback(self._note_end)
        return True

    def _note_end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error(
                "background_failed", at=self._name, error=type(error).__name__, exc_info=error
            )

    async def wait(self) -> None:
        """Wait until every task has ended, including tasks that start meanwhile."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def cancel(self, *, wait_seconds: float | None = None) -> bool:
        """Cancel every task and wait until all have ended, for at most `wait_seconds`.

        Return False if some have not; they end by themselves. A transaction cannot be cancelled.
        """
        for task in self._tasks:
            task.cancel()
        if wait_seconds is None:
            await self.wait()
        elif self._tasks:
            await asyncio.wait(self._tasks, timeout=wait_seconds)
        return not self._tasks
