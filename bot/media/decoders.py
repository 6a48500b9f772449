"""A few processes in which files are read: what a hostile one can end is that process, no more.

The service's side. Each process takes one file at a time, has limits of memory and time, ends when
nobody has needed it for a while, and is replaced when it dies or has grown. What the tasks do is
in `tasks.py` and beyond.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Any, Self

import structlog

from bot.exchange import Attachment, Document, Reading
from bot.media.marks import Box
from bot.media.packing import NotPacked, unpack
from bot.media.process import DecoderProcess, Died, Slow
from bot.media.unreadable import Unreadable, unreadable

log = structlog.get_logger(__name__)

PROCESSES = 2
MEMORY_MB = 2_048
SECONDS = 30.0
IDLE_SECONDS = 120.0
# One that has grown beyond this is replaced: libraries keep what one large file took.
_GROWN_MB = 200
_MOST_TASKS = 500


class Decoders:
    """Use as a context manager; within it every task raises `Unreadable`, and nothing else."""

    def __init__(
        self,
        *,
        processes: int = PROCESSES,
        memory_mb: int = MEMORY_MB,
        seconds: float = SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        on_death: Callable[[], object] = lambda: None,
    ) -> None:
        self._memory_mb = memory_mb
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._free = asyncio.Semaphore(processes)
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="decoder")
        self._idle: list[DecoderProcess] = []
        self._timer: asyncio.TimerHandle | None = None
        self._on_death = on_death
        self.died = 0  # processes that a file has ended, by crash or by time

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end_idle()
        self._threads.shutdown(wait=False)

    async def read(self, name: str, data: bytes) -> Reading:
        """Any file: what there is in it."""
        _, (packed,) = await self._do("read", name, [data], 1)
        return _unpacked(name, packed)

    async def render(self, name: str, data: bytes, numbers: Sequence[int]) -> Reading:
        """Pages of a PDF, by their numbers from 1, as pictures and text."""
        _, (packed,) = await self._do("render", name, [data], 1, numbers=list(numbers))
        return _unpacked(name, packed)

    async def cut_out(self, name: str, data: bytes, numbers: Sequence[int]) -> Document:
        """Pages of a PDF as a PDF of their own."""
        told, (packed, part) = await self._do("cut_out", name, [data], 2, numbers=list(numbers))
        read = _unpacked(name, packed)
        there = tuple(int(number) for number in told.get("numbers", ()))
        if len(there) != len(read.pages):
            raise unreadable(name, "damaged", detail="pages without numbers")
        return Document(
            read.name, "application/pdf", read.pages, part, there, read.count, tokens=read.tokens
        )

    async def shrink(self, name: str, data: bytes, side: int) -> Attachment:
        """A picture at most `side` pixels large, ready for the model."""
        _, (packed,) = await self._do("shrink", name, [data], 1, side=side)
        pictures = _unpacked(name, packed).pictures
        if not pictures:
            raise unreadable(name, "damaged", detail="no picture came back")
        return pictures[0]

    async def convert(
        self, name: str, data: bytes, ending: str, width: int | None
    ) -> tuple[str, str, bytes]:
        """A picture in another format or width: its name, type and bytes."""
        told, (out,) = await self._do("convert", name, [data], 1, ending=ending, width=width)
        return str(told.get("name", name)), str(told.get("type", "")), out

    async def sheet(
        self, labels: Sequence[str], pictures: Sequence[bytes], *, beside: bool = False
    ) -> bytes:
        """All pictures with their labels on one PNG: as thumbnails, or large and side by side."""
        more = {"labels": list(labels), "beside": beside}
        _, (out,) = await self._do("sheet", "the pictures", pictures, 1, **more)
        return out

    async def marks(self, clean: bytes, marked: bytes) -> Box | None:
        """Where something was drawn on `clean` to make it `marked`; None where that is not so."""
        told, _ = await self._do("marks", "the picture", [clean, marked], 0)
        box = told.get("box")
        if not isinstance(box, list) or len(box) != 4:
            return None
        left, top, right, bottom = (float(edge) for edge in box)
        return left, top, right, bottom

    async def _do(
        self, task: str, name: str, blobs: Sequence[bytes], gives: int, **more: Any
    ) -> tuple[dict[str, Any], list[bytes]]:
        header = {"task": task, "name": name, **more}
        try:
            told, given = await self._asked_twice(header, blobs)
        except Slow as error:
            raise unreadable(name, "took too long") from error
        except Died as error:
            raise unreadable(name, "damaged", detail="the decoder died") from error
        if "said" in told:
            raise Unreadable(str(told.get("detail", "")), said=str(told["said"]))
        if len(given) != gives:
            raise unreadable(name, "damaged", detail="another answer")
        return told, given

    async def _asked_twice(
        self, header: dict[str, Any], blobs: Sequence[bytes]
    ) -> tuple[dict[str, Any], list[bytes]]:
        try:
            return await self._asked(header, blobs)
        except Died as error:
            if not error.was_used:
                raise
        # It may have died of something else, while it waited: only a fresh one's death tells.
        self._end_idle()
        return await self._asked(header, blobs)

    async def _asked(
        self, header: dict[str, Any], blobs: Sequence[bytes]
    ) -> tuple[dict[str, Any], list[bytes]]:
        loop = asyncio.get_running_loop()
        async with self._free:
            process = self._idle.pop() if self._idle else DecoderProcess(self._memory_mb)
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
        self._idle.append(process)
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for process in self._idle:
            process.kill()
        self._idle.clear()


def _unpacked(name: str, packed: bytes) -> Reading:
    try:
        return unpack(packed)
    except NotPacked as error:
        raise unreadable(name, "damaged", detail="another format") from error
