"""Reads files in a few processes: a hostile file can end its process, and do no more harm.

This is the side of the service: it sends tasks and checks their results. A process that has read a
hostile file may return anything, so no value is used unchecked. See `tasks.py` for what the
tasks do, and `pool.py` for the processes.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Self, TypeVar

from bot.domain.files import Document, Image, ParsedFile
from bot.files.detail.plan import ViewPlan
from bot.files.picture_work import MIMETYPES, Box, build_converted_name
from bot.files.sandbox.packing import unpack
from bot.files.sandbox.pipe import Message
from bot.files.sandbox.pool import NOBODY, SandboxPool, TaskOwner
from bot.files.sandbox.process import ProcessDied, ProcessNotStarted, ProcessTimeout
from bot.files.sandbox.protection import Protection
from bot.files.unreadable import UnreadableError, build_unreadable_error, parse_error
from bot.observability.shortages import PATIENCE_SECONDS

MAX_PROCESSES = 2
MEMORY_MB = 2_048
TASK_SECONDS = 30.0
IDLE_SECONDS = 120.0

T = TypeVar("T")


class Sandbox:
    """Runs tasks on files. Use as a context manager; tasks raise only `UnreadableError`.

    `owner` says whose turn a task takes and which process may run it: without one, a process that
    reads nothing before and nothing after. Where the machine starts no process, a task waits for
    `patience_seconds`.
    """

    def __init__(
        self,
        *,
        max_processes: int = MAX_PROCESSES,
        memory_mb: int = MEMORY_MB,
        task_seconds: float = TASK_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        on_death: Callable[[], object] = lambda: None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self.patience_seconds = patience_seconds
        self.pool = SandboxPool(
            max_processes,
            memory_mb,
            task_seconds,
            idle_seconds,
            on_death,
            patience_seconds=patience_seconds,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.pool.close()

    async def find_protection(self) -> Protection:
        """Return what a process that a file takes over is kept from. Raises `UnreadableError`."""
        try:
            return await self.pool.find_protection()
        except (ProcessDied, ProcessNotStarted) as error:
            raise build_unreadable_error("files", "damaged", detail="no decoder") from error

    async def read(
        self, name: str, data: bytes, *, owner: TaskOwner = NOBODY, kept_name: str = ""
    ) -> ParsedFile:
        """Read a file of any kind.

        With `kept_name`, the decoder learns that name only, and nothing in the result holds `name`.
        """
        told_name = kept_name or name
        return await self.run_task(
            "read", name, [data], _parse_file, owner=owner, told_name=told_name
        )

    async def render_pages(
        self, name: str, data: bytes, page_numbers: Sequence[int], *, owner: TaskOwner = NOBODY
    ) -> ParsedFile:
        """Return pages of a PDF, or of a picture with several, by their numbers from 1."""
        numbers = list(page_numbers)
        return await self.run_task(
            "render", name, [data], _parse_file, owner=owner, numbers=numbers
        )

    async def extract_pages(
        self, name: str, data: bytes, page_numbers: Sequence[int], *, owner: TaskOwner = NOBODY
    ) -> Document:
        """Return pages of a PDF, by their numbers from 1, as a smaller PDF."""
        numbers = list(page_numbers)
        return await self.run_task(
            "cut_out", name, [data], _parse_document, owner=owner, numbers=numbers
        )

    async def shrink(
        self, name: str, data: bytes, max_side: int, *, owner: TaskOwner = NOBODY
    ) -> Image:
        """Return a picture of at most `max_side` pixels a side, ready for the model."""
        parsed_file = await self.run_task(
            "shrink", name, [data], _parse_file, owner=owner, side=max_side
        )
        if not parsed_file.pictures:
            raise build_unreadable_error(name, "damaged", detail="no picture came back")
        return parsed_file.pictures[0]

    async def find_pictures(
        self, name: str, data: bytes, digests: Sequence[str], *, owner: TaskOwner = NOBODY
    ) -> dict[str, bytes]:
        """Return those picture files within the file `data` that have such sha256 digests."""

        def parse(result: Message) -> dict[str, bytes]:
            found = {hashlib.sha256(blob).hexdigest(): blob for blob in result[1]}
            if not found or not found.keys() <= set(digests):
                raise ValueError("other pictures")
            return found

        return await self.run_task("find", name, [data], parse, owner=owner, digests=list(digests))

    async def cut_picture(
        self,
        name: str,
        data: bytes,
        plan: ViewPlan,
        number: int = 0,
        *,
        owner: TaskOwner = NOBODY,
    ) -> tuple[Image, ...]:
        """Return the parts of a picture in which every pixel is seen, as `plan` says.

        It is the page or frame `number` of the file `data`, 0 for the only one. Parts of a whole
        picture come after an overview.
        """
        values = {**asdict(plan), "shares": list(plan.shares), "number": number}
        parsed_file = await self.run_task("cut", name, [data], _parse_file, owner=owner, **values)
        pictures = parsed_file.pictures
        if not 0 < len(pictures) <= plan.parts + 1:
            raise build_unreadable_error(name, "damaged", detail="other parts came back")
        return pictures

    async def convert(
        self,
        name: str,
        data: bytes,
        extension: str,
        width: int | None,
        *,
        owner: TaskOwner = NOBODY,
    ) -> tuple[str, str, bytes]:
        """Convert a picture to another format or width; return its name, MIME type and bytes."""
        converted = await self.run_task(
            "convert", name, [data], _parse_bytes, owner=owner, ending=extension, width=width
        )
        return build_converted_name(name, extension, width), MIMETYPES[extension], converted

    async def draw_sheet(
        self,
        labels: Sequence[str],
        pictures: Sequence[bytes],
        *,
        side_by_side: bool = False,
        owner: TaskOwner = NOBODY,
    ) -> bytes:
        """Draw labelled pictures on one PNG: as thumbnails, or large and side by side."""
        return await self.run_task(
            "sheet",
            "the pictures",
            pictures,
            _parse_bytes,
            owner=owner,
            labels=list(labels),
            beside=side_by_side,
        )

    async def find_marks(
        self, base: bytes, marked: bytes, *, owner: TaskOwner = NOBODY
    ) -> Box | None:
        """Return where something was drawn on `base` to give `marked`; None for other pictures."""
        return await self.run_task("marks", "the picture", [base, marked], _parse_box, owner=owner)

    async def run_task(
        self,
        task: str,
        name: str,
        blobs: Sequence[bytes],
        parse: Callable[[Message], T],
        *,
        owner: TaskOwner = NOBODY,
        **values: Any,
    ) -> T:
        """Run a task of `tasks.py`, with `values` in its header; return its result, parsed."""
        header = {"task": task, "name": name, **values}
        try:
            result = await self.pool.run_task(header, blobs, owner)
        except ProcessTimeout as error:
            raise build_unreadable_error(name, "took too long") from error
        except ProcessNotStarted as error:
            raise build_unreadable_error(name, "not started", detail=str(error)) from error
        except ProcessDied as error:
            raise build_unreadable_error(name, "crashed", detail="died") from error
        if "why" in result[0]:
            raise parse_error(name, result[0])
        try:
            return await asyncio.to_thread(parse, result)
        except UnreadableError:
            raise
        except Exception as error:
            # A forged result may raise anything when it is parsed.
            detail = f"another answer: {type(error).__name__}"
            raise build_unreadable_error(name, "damaged", detail=detail) from error


def _parse_file(result: Message) -> ParsedFile:
    (packed,) = result[1]
    return unpack(packed)


def _parse_bytes(result: Message) -> bytes:
    (data,) = result[1]
    return data


def _parse_document(result: Message) -> Document:
    packed, data = result[1]
    parsed_file = unpack(packed)
    page_numbers = tuple(int(number) for number in result[0]["numbers"])
    if len(page_numbers) != len(parsed_file.pages):
        raise ValueError("pages without numbers")
    return Document(
        parsed_file.name,
        "application/pdf",
        parsed_file.pages,
        data,
        page_numbers,
        parsed_file.count,
        tokens=parsed_file.tokens,
    )


def _parse_box(result: Message) -> Box | None:
    box = result[0]["box"]
    if box is None:
        return None
    left, top, right, bottom = (float(edge) for edge in box)
    if not 0 <= left < right <= 1 or not 0 <= top < bottom <= 1:
        raise ValueError("no box")
    return left, top, right, bottom
