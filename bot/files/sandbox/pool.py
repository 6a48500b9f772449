"""The decoders' processes as a whole: how many there are, whose turn it is, when they end.

What they are asked and what they answer is `decoders.py`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

import structlog

from bot.files.sandbox.process import ProcessDied, ProcessTimeout, SandboxProcess

log = structlog.get_logger(__name__)

# One that has grown beyond this is replaced: libraries keep what one large file took.
_MAX_RESIDENT_MB = 200
_MAX_TASKS_PER_PROCESS = 500

TaskResult: TypeAlias = tuple[dict[str, Any], list[bytes]]


class SandboxPool:
    """At most so many `processes`, each with `memory_mb`, and `seconds` for a task.

    Who has several tasks gets one done at a time: nobody's heavy files hold up everybody's.
    """

    def __init__(
        self,
        max_processes: int,
        memory_mb: int,
        task_seconds: float,
        idle_seconds: float,
        on_death: Callable[[], object],
    ) -> None:
        self._memory_mb = memory_mb
        self._task_seconds = task_seconds
        self._idle_seconds = idle_seconds
        self._on_death = on_death
        self._slots = asyncio.Semaphore(max_processes)
        self._owner_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._threads = ThreadPoolExecutor(max_processes, thread_name_prefix="decoder")
        self._timer: asyncio.TimerHandle | None = None
        self.idle_processes: list[SandboxProcess] = []
        self.death_count = 0  # processes that a file has ended, by crash or by time

    async def ask(self, header: dict[str, Any], blobs: Sequence[bytes], owner: str) -> TaskResult:
        """One task, done. Raises `Died` and `Slow`, each of which is the task's own doing."""
        if not owner:
            return await self._ask_with_retry(header, blobs)
        async with self._owner_locks.setdefault(owner, asyncio.Lock()):
            return await self._ask_with_retry(header, blobs)

    def close(self) -> None:
        self._kill_idle()
        self._threads.shutdown(wait=False)

    async def _ask_with_retry(self, header: dict[str, Any], blobs: Sequence[bytes]) -> TaskResult:
        try:
            return await self._ask_once(header, blobs)
        except ProcessDied as error:
            if not error.was_used:
                raise
        # It may have died of something else, while it waited: only a fresh one's death tells.
        self._kill_idle()
        return await self._ask_once(header, blobs)

    async def _ask_once(self, header: dict[str, Any], blobs: Sequence[bytes]) -> TaskResult:
        loop = asyncio.get_running_loop()
        async with self._slots:
            process = (
                self.idle_processes.pop()
                if self.idle_processes
                else SandboxProcess(self._memory_mb)
            )
            ask = partial(process.ask, header, blobs, self._task_seconds)
            try:
                answer = await loop.run_in_executor(self._threads, ask)
            except BaseException as error:
                # Cancelled, too: whoever asked is gone, and so is what it was working on.
                process.kill()
                if isinstance(error, ProcessDied | ProcessTimeout):
                    self.death_count += 1
                    self._on_death()
                    log.warning("decoder_died", error=type(error).__name__)
                raise
            self._release(process)
        return answer

    def _release(self, process: SandboxProcess) -> None:
        if process.resident_mb > _MAX_RESIDENT_MB or process.task_count >= _MAX_TASKS_PER_PROCESS:
            process.kill()
            return
        self.idle_processes.append(process)
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._idle_seconds, self._kill_idle)

    def _kill_idle(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for process in self.idle_processes:
            process.kill()
        self.idle_processes.clear()
