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

from bot.domain.files import Document, Image, ParsedFile
from bot.files.readers.conversion import MIMETYPES, build_converted_name
from bot.files.readers.marks import Box
from bot.files.sandbox.packing import unpack
from bot.files.sandbox.pool import SandboxPool, TaskResult
from bot.files.sandbox.process import ProcessDied, ProcessTimeout
from bot.files.unreadable import UnreadableError, build_unreadable_error, parse_error

MAX_PROCESSES = 2
MEMORY_MB = 2_048
TASK_SECONDS = 30.0
IDLE_SECONDS = 120.0

T = TypeVar("T")


class Sandbox:
    """Use as a context manager; within it every task raises `Unreadable`, and nothing else.

    `whose` names who asks, as a thread: each has one task done at a time.
    """

    def __init__(
        self,
        *,
        max_processes: int = MAX_PROCESSES,
        memory_mb: int = MEMORY_MB,
        task_seconds: float = TASK_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        on_death: Callable[[], object] = lambda: None,
    ) -> None:
        self.pool = SandboxPool(max_processes, memory_mb, task_seconds, idle_seconds, on_death)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.pool.close()

    async def read(self, name: str, data: bytes, *, owner: str = "") -> ParsedFile:
        """Any file: what there is in it."""
        return await self._run_task("read", name, [data], _parse_file, owner=owner)

    async def render(self, name: str, data: bytes, numbers: Sequence[int]) -> ParsedFile:
        """Pages of a PDF, by their numbers from 1, as pictures and text."""
        return await self._run_task("render", name, [data], _parse_file, numbers=list(numbers))

    async def extract_pages(self, name: str, data: bytes, numbers: Sequence[int]) -> Document:
        """Pages of a PDF as a PDF of their own."""
        return await self._run_task("cut_out", name, [data], _parse_document, numbers=list(numbers))

    async def shrink(self, name: str, data: bytes, max_side: int) -> Image:
        """A picture at most `side` pixels large, ready for the model."""
        read = await self._run_task("shrink", name, [data], _parse_file, side=max_side)
        if not read.pictures:
            raise build_unreadable_error(name, "damaged", detail="no picture came back")
        return read.pictures[0]

    async def convert(
        self, name: str, data: bytes, extension: str, width: int | None
    ) -> tuple[str, str, bytes]:
        """A picture in another format or width: its name, type and bytes."""
        out = await self._run_task(
            "convert", name, [data], _parse_bytes, ending=extension, width=width
        )
        return build_converted_name(name, extension, width), MIMETYPES[extension], out

    async def draw_sheet(
        self, labels: Sequence[str], pictures: Sequence[bytes], *, side_by_side: bool = False
    ) -> bytes:
        """All pictures with their labels on one PNG: as thumbnails, or large and side by side."""
        return await self._run_task(
            "sheet",
            "the pictures",
            pictures,
            _parse_bytes,
            labels=list(labels),
            beside=side_by_side,
        )

    async def find_marks(self, base: bytes, marked: bytes) -> Box | None:
        """Where something was drawn on `clean` to make it `marked`; None where that is not so."""
        return await self._run_task("marks", "the picture", [base, marked], _parse_box)

    async def _run_task(
        self,
        task: str,
        name: str,
        blobs: Sequence[bytes],
        parse: Callable[[TaskResult], T],
        *,
        owner: str = "",
        **values: Any,
    ) -> T:
        header = {"task": task, "name": name, **values}
        try:
            answer = await self.pool.ask(header, blobs, owner)
        except ProcessTimeout as error:
            raise build_unreadable_error(name, "took too long") from error
        except ProcessDied as error:
            raise build_unreadable_error(name, "damaged", detail="died") from error
        if "why" in answer[0]:
            raise parse_error(name, answer[0])
        try:
            return await asyncio.to_thread(parse, answer)
        except UnreadableError:
            raise
        except Exception as error:
            # Whatever a lie makes of being read.
            detail = f"another answer: {type(error).__name__}"
            raise build_unreadable_error(name, "damaged", detail=detail) from error


def _parse_file(result: TaskResult) -> ParsedFile:
    (packed,) = result[1]
    return unpack(packed)


def _parse_bytes(result: TaskResult) -> bytes:
    (out,) = result[1]
    return out


def _parse_document(result: TaskResult) -> Document:
    packed, part = result[1]
    read = unpack(packed)
    there = tuple(int(number) for number in result[0]["numbers"])
    if len(there) != len(read.pages):
        raise ValueError("pages without numbers")
    return Document(
        read.name, "application/pdf", read.pages, part, there, read.count, tokens=read.tokens
    )


def _parse_box(result: TaskResult) -> Box | None:
    box = result[0]["box"]
    if box is None:
        return None
    left, top, right, bottom = (float(edge) for edge in box)
    if not 0 <= left < right <= 1 or not 0 <= top < bottom <= 1:
        raise ValueError("no box")
    return left, top, right, bottom
