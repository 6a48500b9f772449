"""A few processes in which files are read: what a hostile one can end is that process, no more.

The service's side: what can be asked, and what an answer has to look like. A process that has read
a hostile file may answer with anything: nothing of it is believed that was not looked at. What the
tasks do is in `tasks.py`, whose turn it is in `pool.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.domain.files import Attachment, Document, Reading
from bot.files.readers.conversion import TYPES, converted_name
from bot.files.readers.marks import Box
from bot.files.sandbox.packing import unpack
from bot.files.sandbox.pool import Answer, DecoderPool
from bot.files.sandbox.process import Died, Slow
from bot.files.unreadable import Unreadable, told_by, unreadable

PROCESSES = 2
MEMORY_MB = 2_048
SECONDS = 30.0
IDLE_SECONDS = 120.0

T = TypeVar("T")


class Decoders:
    """Use as a context manager; within it every task raises `Unreadable`, and nothing else.

    `whose` names who asks, as a thread: each has one task done at a time.
    """

    def __init__(
        self,
        *,
        processes: int = PROCESSES,
        memory_mb: int = MEMORY_MB,
        seconds: float = SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        on_death: Callable[[], object] = lambda: None,
    ) -> None:
        self.pool = DecoderPool(processes, memory_mb, seconds, idle_seconds, on_death)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.pool.close()

    async def read(self, name: str, data: bytes, *, whose: str = "") -> Reading:
        """Any file: what there is in it."""
        return await self._do("read", name, [data], _reading, whose=whose)

    async def render(self, name: str, data: bytes, numbers: Sequence[int]) -> Reading:
        """Pages of a PDF, by their numbers from 1, as pictures and text."""
        return await self._do("render", name, [data], _reading, numbers=list(numbers))

    async def cut_out(self, name: str, data: bytes, numbers: Sequence[int]) -> Document:
        """Pages of a PDF as a PDF of their own."""
        return await self._do("cut_out", name, [data], _part, numbers=list(numbers))

    async def shrink(self, name: str, data: bytes, side: int) -> Attachment:
        """A picture at most `side` pixels large, ready for the model."""
        read = await self._do("shrink", name, [data], _reading, side=side)
        if not read.pictures:
            raise unreadable(name, "damaged", detail="no picture came back")
        return read.pictures[0]

    async def convert(
        self, name: str, data: bytes, ending: str, width: int | None
    ) -> tuple[str, str, bytes]:
        """A picture in another format or width: its name, type and bytes."""
        out = await self._do("convert", name, [data], _only, ending=ending, width=width)
        return converted_name(name, ending, width), TYPES[ending], out

    async def sheet(
        self, labels: Sequence[str], pictures: Sequence[bytes], *, beside: bool = False
    ) -> bytes:
        """All pictures with their labels on one PNG: as thumbnails, or large and side by side."""
        return await self._do(
            "sheet", "the pictures", pictures, _only, labels=list(labels), beside=beside
        )

    async def marks(self, clean: bytes, marked: bytes) -> Box | None:
        """Where something was drawn on `clean` to make it `marked`; None where that is not so."""
        return await self._do("marks", "the picture", [clean, marked], _box)

    async def _do(
        self,
        task: str,
        name: str,
        blobs: Sequence[bytes],
        read: Callable[[Answer], T],
        *,
        whose: str = "",
        **more: Any,
    ) -> T:
        header = {"task": task, "name": name, **more}
        try:
            answer = await self.pool.ask(header, blobs, whose)
        except Slow as error:
            raise unreadable(name, "took too long") from error
        except Died as error:
            raise unreadable(name, "damaged", detail="died") from error
        if "why" in answer[0]:
            raise told_by(name, answer[0])
        try:
            return await asyncio.to_thread(read, answer)
        except Unreadable:
            raise
        except Exception as error:
            # Whatever a lie makes of being read.
            detail = f"another answer: {type(error).__name__}"
            raise unreadable(name, "damaged", detail=detail) from error


def _reading(answer: Answer) -> Reading:
    (packed,) = answer[1]
    return unpack(packed)


def _only(answer: Answer) -> bytes:
    (out,) = answer[1]
    return out


def _part(answer: Answer) -> Document:
    packed, part = answer[1]
    read = unpack(packed)
    there = tuple(int(number) for number in answer[0]["numbers"])
    if len(there) != len(read.pages):
        raise ValueError("pages without numbers")
    return Document(
        read.name, "application/pdf", read.pages, part, there, read.count, tokens=read.tokens
    )


def _box(answer: Answer) -> Box | None:
    box = answer[0]["box"]
    if box is None:
        return None
    left, top, right, bottom = (float(edge) for edge in box)
    if not 0 <= left < right <= 1 or not 0 <= top < bottom <= 1:
        raise ValueError("no box")
    return left, top, right, bottom
