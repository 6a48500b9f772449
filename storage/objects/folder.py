"""Keeps objects as files of a folder."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.disk.private_folder import PrivateFolder
from bot.domain.errors import OperatorError, StoreError
from bot.domain.messages import Message
from bot.domain.stores.objects import (
    MAX_OBJECT_BYTES,
    StoredObject,
    check_object_name,
    is_object_name,
)
from bot.observability.error_codes import get_error_code
from bot.observability.shortages import is_shortage, wait_out_shortage

DISK_FAILED_MESSAGE = Message(
    "My disk does not take the picture. Please tell the person who runs me."
)
# For so long bytes wait while this machine can open no file: pictures are paid for.
_PATIENCE_SECONDS = 10.0

T = TypeVar("T")


class FolderObjects:
    """Implements `bot.domain.stores.objects.ObjectStore` below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = PrivateFolder(root)

    async def put(self, name: str, data: bytes) -> None:
        names = check_object_name(name).split("/")
        try:
            await self._run(lambda: self._folder.write(data, *names))
        except OSError as error:
            failure = OperatorError(f"files: {error.strerror}", user_message=DISK_FAILED_MESSAGE)
            failure.code = get_error_code(error)
            raise failure from error

    async def get(self, name: str) -> bytes | None:
        names = check_object_name(name).split("/")
        try:
            return await self._run(lambda: self._folder.read(*names, max_bytes=MAX_OBJECT_BYTES))
        except OSError as error:
            if is_shortage(error):
                # The bytes are there: who is told that they are not makes them again.
                raise StoreError(f"files: {error.strerror}") from error
            return None

    async def delete(self, names: Collection[str]) -> None:
        """An error of the disk is ignored: then it keeps them."""
        split = [check_object_name(name).split("/") for name in names]
        await asyncio.to_thread(self._remove_all, split)

    async def list_objects(self, kind: str, folder: str = "") -> list[StoredObject]:
        try:
            return await self._run(partial(self._list, kind, folder))
        except OSError as error:
            raise StoreError(f"files: {error.strerror}") from error

    async def _run(self, work: Callable[[], T]) -> T:
        run: Callable[[], Awaitable[T]] = partial(asyncio.to_thread, work)
        return await wait_out_shortage(run, max_seconds=_PATIENCE_SECONDS)

    def _remove_all(self, names: Collection[list[str]]) -> None:
        for each in names:
            with contextlib.suppress(OSError):
                self._folder.remove(*each)

    def _list(self, kind: str, folder: str) -> list[StoredObject]:
        entries = PrivateFolder(self._root, kind).list_entries()
        listed = [
            StoredObject("/".join((kind, *entry.names)), entry.size, entry.used_ns / 1e9)
            for entry in entries
            if not folder or entry.names[0] == folder
        ]
        return [one for one in listed if is_object_name(one.name)]
