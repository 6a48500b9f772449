"""Keeps a pool of sandbox processes: how many run, which task is next, when they end.

See `sandbox.py` for the tasks and their results.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from weakref import WeakValueDictionary

import structlog

from bot.files.sandbox.pipe import Header, Message
from bot.files.sandbox.process import (
    ProcessDied,
    ProcessNotStarted,
    ProcessTimeout,
    SandboxProcess,
)

log = structlog.get_logger(__name__)

# A process that has grown beyond this is replaced: libraries keep the memory of a large file.
_MAX_RESIDENT_MB = 200
_MAX_TASKS_PER_PROCESS = 500


class SandboxPool:
    """Runs tasks in at most `max_processes`, each with `memory_mb`, within `task_seconds` each.

    An owner with several tasks gets them done one at a time, so that its heavy files do not hold
    up those of others. Idle processes end `idle_seconds` after the last task. `on_death` is
    called whenever a file has ended a process.
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
        self.death_count = 0  # processes that a file has ended, by a crash or a timeout

    async def run_task(self, header: Header, blobs: Sequence[bytes], owner: str) -> Message:
        """Run one task. Raises `ProcessDied` or `ProcessTimeout` if the task ends its process.

        Raises `ProcessNotStarted` if there is no process for it.
        """
        if not owner:
            return await self._run_with_retry(header, blobs)
        async with self._owner_locks.setdefault(owner, asyncio.Lock()):
            return await self._run_with_retry(header, blobs)

    def close(self) -> None:
        """End all idle processes, and accept no more tasks."""
        self._kill_idle()
        self._threads.shutdown(wait=False)

    async def _run_with_retry(self, header: Header, blobs: Sequence[bytes]) -> Message:
        try:
            return await self._run_once(header, blobs)
        except ProcessDied as error:
            if not error.was_used:
                raise
        except ProcessNotStarted as error:
            log.warning("decoder_not_started", error=str(error))
        # A used process may have died while it was idle: only the death of a new one proves that
        # the file is to blame. And the idle ones may hold what a new one lacks to start.
        self._kill_idle()
        return await self._run_once(header, blobs)

    async def _run_once(self, header: Header, blobs: Sequence[bytes]) -> Message:
        async with self._slots:
            process = (
                self.idle_processes.pop()
                if self.idle_processes
                else SandboxProcess(self._memory_mb)
            )
            run = partial(process.run_task, header, blobs, self._task_seconds)
            try:
                result = await self._run_in_thread(run)
            except BaseException as error:
                # Also on cancellation: no one waits for the result any more.
                process.kill()
                if isinstance(error, ProcessDied | ProcessTimeout):
                    self.death_count += 1
                    self._on_death()
                    log.warning("decoder_died", error=type(error).__name__)
                raise
            self._release(process)
        return result

    async def _run_in_thread(self, run: Callable[[], Message]) -> Message:
        try:
            future = asyncio.get_running_loop().run_in_executor(self._threads, run)
        except (RuntimeError, MemoryError) as error:
            # The system starts no more threads.
            raise ProcessNotStarted(type(error).__name__) from error
        return await future

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
