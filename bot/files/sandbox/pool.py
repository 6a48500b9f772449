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

from bot.files.sandbox.process import DecoderProcess, Died, Slow

log = structlog.get_logger(__name__)

# One that has grown beyond this is replaced: libraries keep what one large file took.
_GROWN_MB = 200
_MOST_TASKS = 500

Answer: TypeAlias = tuple[dict[str, Any], list[bytes]]


class DecoderPool:
    """At most so many `processes`, each with `memory_mb`, and `seconds` for a task.

    Who has several tasks gets one done at a time: nobody's heavy files hold up everybody's.
    """

    def __init__(
        self,
        processes: int,
        memory_mb: int,
        seconds: float,
        idle_seconds: float,
        on_death: Callable[[], object],
    ) -> None:
        self._memory_mb = memory_mb
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._on_death = on_death
        self._free = asyncio.Semaphore(processes)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="decoder")
        self._timer: asyncio.TimerHandle | None = None
        self.idle: list[DecoderProcess] = []
        self.died = 0  # processes that a file has ended, by crash or by time

    async def ask(self, header: dict[str, Any], blobs: Sequence[bytes], whose: str) -> Answer:
        """One task, done. Raises `Died` and `Slow`, each of which is the task's own doing."""
        if not whose:
            return await self._asked_twice(header, blobs)
        async with self._turns.setdefault(whose, asyncio.Lock()):
            return await self._asked_twice(header, blobs)

    def close(self) -> None:
        self._end_idle()
        self._threads.shutdown(wait=False)

    async def _asked_twice(self, header: dict[str, Any], blobs: Sequence[bytes]) -> Answer:
        try:
            return await self._asked(header, blobs)
        except Died as error:
            if not error.was_used:
                raise
        # It may have died of something else, while it waited: only a fresh one's death tells.
        self._end_idle()
        return await self._asked(header, blobs)

    async def _asked(self, header: dict[str, Any], blobs: Sequence[bytes]) -> Answer:
        loop = asyncio.get_running_loop()
        async with self._free:
            process = self.idle.pop() if self.idle else DecoderProcess(self._memory_mb)
            ask = partial(process.ask, header, blobs, self._seconds)
            try:
                answer = await loop.run_in_executor(self._threads, ask)
            except BaseException as error:
                # Cancelled, too: whoever asked is gone, and so is what it was working on.
                process.kill()
                if isinstance(error, Died | Slow):
                    self.died += 1
                    self._on_death()
                    log.warning("decoder_died", error=type(error).__name__)
                raise
            self._keep(process)
        return answer

    def _keep(self, process: DecoderProcess) -> None:
        if process.resident_mb > _GROWN_MB or process.tasks >= _MOST_TASKS:
            process.kill()
            return
        self.idle.append(process)
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for process in self.idle:
            process.kill()
        self.idle.clear()
