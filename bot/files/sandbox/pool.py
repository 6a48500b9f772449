"""Keeps a pool of sandbox processes: how many run, which task is next, when they end.

See `sandbox.py` for the tasks and their results, `turns.py` for whose turn it is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import structlog

from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.pipe import NOT_READY, Header, Message
from bot.files.sandbox.process import (
    START_SECONDS,
    ProcessDied,
    ProcessNotStarted,
    ProcessTimeout,
    SandboxProcess,
)
from bot.files.sandbox.protection import Protection
from bot.files.sandbox.turns import FairSlots, UseLog
from bot.observability.shortages import PATIENCE_SECONDS, wait_out_shortage

log = structlog.get_logger(__name__)

_MAX_TASKS_PER_PROCESS = 500


@dataclass(frozen=True, slots=True)
class TaskOwner:
    """Whose turn a task takes, and which tasks may share a process.

    `person` asks for the task. `batch` names files that came from one person together; a process
    reads those of one batch only, and with no batch it reads nothing else at all.
    """

    person: str = ""
    batch: str = ""


NOBODY = TaskOwner()


class SandboxPool:
    """Runs tasks in at most `max_processes`, each with `memory_mb`, within `task_seconds` each.

    One more process is kept ready for the next batch, so that it does not wait for a start. All are
    forks of one, which loads the readers and reads no file. Idle processes and that one end
    `idle_seconds` after the last task. `on_death` is called whenever a file has ended a process.
    Where the machine starts none, a task waits for `patience_seconds`.
    """

    def __init__(
        self,
        max_processes: int,
        memory_mb: int,
        task_seconds: float,
        idle_seconds: float,
        on_death: Callable[[], object],
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._patience_seconds = patience_seconds
        self._max_processes = max_processes
        self._memory_mb = memory_mb
        self._task_seconds = task_seconds
        self._idle_seconds = idle_seconds
        self._on_death = on_death
        # One process is left to others by whoever has used more than a little.
        self.uses = UseLog()
        self._slots = FairSlots(max_processes, max(1, max_processes - 1), self.uses)
        self._threads = ThreadPoolExecutor(max_processes, thread_name_prefix="decoder")
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="decoder-start")
        self._timer: asyncio.TimerHandle | None = None
        self._server = self._build_server()
        self._spare: SandboxProcess | None = None
        self._running_count = 0
        self._is_closed = False
        self.idle_processes: list[SandboxProcess] = []
        self.death_count = 0  # processes that a file has ended, by a crash or a timeout

    async def run_task(
        self,
        header: Header,
        blobs: Sequence[bytes],
        owner: TaskOwner,
        *,
        max_seconds: float | None = None,
    ) -> Message:
        """Run one task. Raises `ProcessDied` or `ProcessTimeout` if the task ends its process.

        Where the machine starts no process for it, it waits and tries again; in the end that raises
        `ProcessNotStarted`. `max_seconds` may be less than what a task has otherwise.
        """
        seconds = self._task_seconds if max_seconds is None else max_seconds
        run = partial(self._run_in_turn, header, blobs, owner, seconds)
        # It waits without a slot: others may have a process that runs already.
        return await wait_out_shortage(run, may_pass=_can_pass, max_seconds=self._patience_seconds)

    async def _run_in_turn(
        self, header: Header, blobs: Sequence[bytes], owner: TaskOwner, seconds: float
    ) -> Message:
        run = partial(self._run_once, header, blobs, owner.batch, seconds)
        async with self._slots.hold(owner.person):
            try:
                return await run()
            except ProcessDied as error:
                if not error.was_used:
                    raise
            except ProcessNotStarted as error:
                log.warning("decoder_not_started", error=str(error))
            # A used process may have died while it was idle: only the death of a new one proves
            # that the file is to blame. And the idle ones may hold what a new one lacks to start.
            self._kill_idle()
            return await run()

    async def find_protection(self) -> Protection:
        """Start a process only to learn what protection it has.

        Raises `ProcessNotStarted`.
        """
        process = self._build_process()
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._starter, process.start)
        finally:
            process.kill()
        if not self._is_closed:
            self._schedule_end()
        return process.protection

    def close(self) -> None:
        """End all idle processes, and accept no more tasks."""
        self._is_closed = True
        self._kill_idle()
        self._server.close()
        self._threads.shutdown(wait=False)
        self._starter.shutdown(wait=False)

    async def _run_once(
        self, header: Header, blobs: Sequence[bytes], batch: str, seconds: float
    ) -> Message:
        process = self._take(batch)
        self._running_count += 1
        run = partial(process.run_task, header, blobs, seconds)
        try:
            result = await self._run_in_thread(run)
            if NOT_READY in result[0]:
                raise ProcessNotStarted(str(result[0][NOT_READY])[:40])
        except BaseException as error:
            # Also on cancellation: no one waits for the result any more.
            process.kill()
            if isinstance(error, ProcessDied | ProcessTimeout):
                self.death_count += 1
                self._on_death()
                log.warning("decoder_died", error=type(error).__name__)
            raise
        finally:
            self._running_count -= 1
        self._release(process)
        return result

    async def _run_in_thread(self, run: Callable[[], Message]) -> Message:
        try:
            future = asyncio.get_running_loop().run_in_executor(self._threads, run)
        except (RuntimeError, MemoryError) as error:
            # The system starts no more threads.
            raise ProcessNotStarted(type(error).__name__) from error
        return await future

    def _take(self, batch: str) -> SandboxProcess:
        """Return an idle process of this batch, or one that has read no file."""
        for process in self.idle_processes:
            if batch and process.batch == batch:
                self.idle_processes.remove(process)
                return process
        while self.idle_processes and self._count_processes() >= self._max_processes:
            self.idle_processes.pop(0).kill()
        process, self._spare = self._spare or self._build_process(), None
        process.batch = batch
        return process

    def _count_processes(self) -> int:
        """Return how many processes read or have read a file."""
        return self._running_count + len(self.idle_processes)

    def _release(self, process: SandboxProcess) -> None:
        if self._is_closed:
            process.kill()
            return
        if not process.batch or process.is_worn or process.task_count >= _MAX_TASKS_PER_PROCESS:
            process.kill()
        else:
            self.idle_processes.append(process)
        self._prepare_spare()
        self._schedule_end()

    def _prepare_spare(self) -> None:
        if self._spare is None:
            self._spare = self._build_process()
            # If it does not start, the task that takes it tries again and says so.
            with contextlib.suppress(RuntimeError, MemoryError):
                self._starter.submit(self._spare.start)

    def _build_process(self) -> SandboxProcess:
        return SandboxProcess(self._memory_mb, server=self._server)

    def _build_server(self) -> ForkServer:
        return ForkServer(START_SECONDS)

    def _schedule_end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        self._kill_idle()
        self._server.retire()

    def _kill_idle(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._spare is not None:
            self._spare.kill()
            self._spare = None
        for process in self.idle_processes:
            process.kill()
        self.idle_processes.clear()


def _can_pass(error: Exception) -> bool:
    return isinstance(error, ProcessNotStarted) and error.may_pass
