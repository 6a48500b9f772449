"""Protocols of files: their working copies, what was shown of them, and their bytes.

`put` raises `OperatorError` if the disk fails, `get` raises `StoreError` if the machine cannot open
a file right now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.conversation import Thread
from bot.domain.files import FileRef, FileView
from bot.domain.questions import (
    Question,
)


class FileStore(Protocol):
    """Which working copy belongs to which file, and what the model was shown of files."""

    async def find_copy(self, sha256: str) -> str:
        """Return the sha256 of the working copy of such bytes; "" if they are new."""
        ...

    async def record_file(
        self, thread: Thread, file: FileRef, sha256: str, copy_sha256: str
    ) -> bool:
        """Record `file` of the thread as it is now, with its bytes and its working copy. Return
        False if no file has that copy: `file` was deleted or is not of the thread."""
        ...

    async def record_views(self, question: Question, views: Sequence[FileView]) -> None:
        """Record that with `question` the model is shown exactly `views`."""
        ...

    async def list_views(self, thread: Thread) -> list[FileView]:
        """Return what the model was last shown of each file, in the order of the files."""
        ...


class BlobStore(Protocol):
    """Working copies by the sha256 of their bytes. It may lose them: Slack has the originals."""

    async def put(self, data: bytes) -> str:
        """Store `data`; return its sha256 in hex."""
        ...

    async def get(self, sha256: str) -> bytes | None:
        """Return the bytes, or None if they are missing or damaged."""
        ...

    async def delete(self, sha256: str) -> None: ...


class Outbox(BlobStore, Protocol):
    """Original bytes of pictures that are paid for and not yet shared. It never loses them.

    `put` returns once they survive a loss of power; it and `get` raise `StoreError` where they
    cannot be stored or read right now.
    """
