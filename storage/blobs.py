"""Store working copies on disk by their sha256, within a size limit. See `objects/` for what must
survive."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import threading
import time
from collections.abc import Collection
from functools import partial
from pathlib import Path

from bot.disk.private_folder import Entry, PrivateFolder
from bot.domain.errors import OperatorError, StoreError
from bot.observability.error_codes import get_error_code
from bot.observability.shortages import is_shortage, wait_out_shortage
from storage.objects.folder import DISK_FAILED_MESSAGE

# How much of the room stays in use when some is made. That takes a look at every file, which must
# not be repeated for each one that is put.
_KEPT_SHARE = 0.95
_SHA256_PATTERN = re.compile(r"[0-9a-f]{64}")

# For so long bytes wait while this machine can open no file: pictures are paid for.
_PATIENCE_SECONDS = 10.0


class BlobFolder:
    """Implements `bot.domain.stores.files.BlobStore` in `folder`, with `max_bytes` at most."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self._folder = PrivateFolder(folder.parent, folder.name)
        self._max_bytes = max_bytes
        self._total_bytes: int | None = None  # unknown until the folder is first scanned
        self._lock = threading.Lock()

    async def put(self, data: bytes) -> str:
        """Store `data`; return its sha256. Raises `OperatorError` if the disk does not take it."""
        try:
            return await wait_out_shortage(
                partial(asyncio.to_thread, self._put, data), max_seconds=_PATIENCE_SECONDS
            )
        except OSError as error:
            failure = OperatorError(f"blobs: {error.strerror}", user_message=DISK_FAILED_MESSAGE)
            failure.code = get_error_code(error)
            raise failure from error

    async def get(self, sha256: str) -> bytes | None:
        try:
            return await wait_out_shortage(
                partial(asyncio.to_thread, self._get, sha256), max_seconds=_PATIENCE_SECONDS
            )
        except OSError as error:
            raise StoreError(f"blobs: {error.strerror}") from error

    async def delete(self, sha256: str) -> None:
        """Delete the bytes if they exist. An error of the disk is ignored: it keeps them."""
        if _SHA256_PATTERN.fullmatch(sha256):
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self._folder.remove, *_split(sha256))

    async def delete_unused(self, *, days: float) -> None:
        """Delete files that were not put or got for `days` days, incomplete ones included.

        Raises `OSError` if the folder cannot be looked through.
        """
        await asyncio.to_thread(self._delete_unused, time.time() - days * 86_400)

    def _delete_unused(self, before: float) -> None:
        with self._lock:
            self._remove([one for one in self._list() if one.used_ns < before * 1e9])
            self._total_bytes = None

    async def delete_except(self, used: Collection[str]) -> None:
        """Delete all files but `used`, incomplete ones included. Not during a `put`.

        Raises `OSError` if the folder cannot be looked through.
        """
        await asyncio.to_thread(self._delete_except, frozenset(used))

    def _delete_except(self, used: frozenset[str]) -> None:
        self._remove([one for one in self._list() if "".join(one.names) not in used])

    def _list(self) -> list[Entry]:
        return [one for one in self._folder.list_entries() if len(one.names[0]) == 2]

    def _remove(self, entries: Collection[Entry]) -> None:
        for entry in entries:
            with contextlib.suppress(OSError):  # it is tried again the next day
                self._folder.remove(*entry.names)

    def _put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        # One at a time: making room must not delete a copy that is just being written.
        with self._lock:
            if self._get(sha256) is None:
                self._folder.write(data, *_split(sha256))
                self._make_room(_split(sha256), len(data))
        return sha256

    def _get(self, sha256: str) -> bytes | None:
        if not _SHA256_PATTERN.fullmatch(sha256):
            return None
        names = _split(sha256)
        try:
            data = self._folder.read(*names)
        except OSError as error:
            if is_shortage(error):
                # The bytes are there: who is told that they are not makes them again, or gives up.
                raise
            return None
        with contextlib.suppress(OSError):
            if hashlib.sha256(data).hexdigest() != sha256:
                self._folder.remove(*names)
                return None
            self._folder.touch(*names)
        return data

    def _make_room(self, added: tuple[str, ...], added_bytes: int) -> None:
        """Delete the least recently used files but `added` where they do not all fit, and a few
        more. The caller holds the lock."""
        if self._total_bytes is not None:
            self._total_bytes += added_bytes
            if self._total_bytes <= self._max_bytes:
                return
        self._total_bytes = None
        try:
            entries = sorted((one.used_ns, one.size, one.names) for one in self._list())
        except OSError:
            return  # the next file that is put makes room
        total_bytes = sum(size for _, size, _ in entries)
        is_full = total_bytes > self._max_bytes
        kept_bytes = self._max_bytes * _KEPT_SHARE if is_full else self._max_bytes
        for _, size, names in entries:
            if total_bytes <= kept_bytes:
                break
            if names == added:
                continue
            with contextlib.suppress(OSError):  # the next look counts it again
                self._folder.remove(*names)
            total_bytes -= size
        self._total_bytes = total_bytes


def _split(sha256: str) -> tuple[str, str]:
    return sha256[:2], sha256[2:]
