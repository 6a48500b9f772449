"""Store bytes on disk by their sha256: working copies within a size limit, and the outbox."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import tempfile
import threading
import time
from collections.abc import Collection
from pathlib import Path

from bot.domain.errors import OperatorError
from bot.domain.messages import Message

_SHA256_PATTERN = re.compile(r"[0-9a-f]{64}")
_DISK_FAILED_MESSAGE = Message(
    "My disk does not take the picture. Please tell the person who runs me."
)


class BlobFolder:
    """Implements `bot.domain.stores.files.BlobStore` in `folder`, with `max_bytes` at most.

    If `max_bytes` is None, `put` never deletes anything: `bot.domain.stores.files.Outbox`.
    """

    def __init__(self, folder: Path, *, max_bytes: int | None) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._total_bytes: int | None = None  # unknown until the folder is first scanned
        self._lock = threading.Lock()

    async def put(self, data: bytes) -> str:
        """Store `data`; return its sha256. Raises `OperatorError` if the disk does not take it."""
        try:
            return await asyncio.to_thread(self._put, data)
        except OSError as error:
            raise OperatorError(
                f"blobs: {error.strerror}", user_message=_DISK_FAILED_MESSAGE
            ) from error

    async def get(self, sha256: str) -> bytes | None:
        return await asyncio.to_thread(self._get, sha256)

    async def delete(self, sha256: str) -> None:
        """Delete the bytes if they exist. An error of the disk is ignored: it keeps them."""
        if _SHA256_PATTERN.fullmatch(sha256):
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self._build_path(sha256).unlink, missing_ok=True)

    async def delete_unused(self, *, days: float) -> None:
        """Delete files that were not put or got for `days` days, incomplete ones included."""
        await asyncio.to_thread(self._delete_unused, time.time() - days * 86_400)

    def _delete_unused(self, before: float) -> None:
        with self._lock:
            for path in self._folder.glob("??/*"):
                with contextlib.suppress(OSError):
                    if path.stat().st_mtime < before:
                        path.unlink()
            self._total_bytes = None

    async def delete_except(self, used: Collection[str]) -> None:
        """Delete all files but `used`, incomplete ones included. Not during a `put`."""
        await asyncio.to_thread(self._delete_except, frozenset(used))

    def _delete_except(self, used: frozenset[str]) -> None:
        for path in self._folder.glob("??/*"):
            if path.parent.name + path.name not in used:
                with contextlib.suppress(OSError):
                    path.unlink()

    def _put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        # One at a time: making room must not delete a copy that is just being written.
        with self._lock:
            if self._get(sha256) is None:
                self._write(self._build_path(sha256), data)
                self._make_room(len(data))
        return sha256

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Renamed only when it is complete, so that no incomplete file is ever read.
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _get(self, sha256: str) -> bytes | None:
        if not _SHA256_PATTERN.fullmatch(sha256):
            return None
        path = self._build_path(sha256)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(data).hexdigest() != sha256:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return data

    def _build_path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:]

    def _make_room(self, added_bytes: int) -> None:
        """Delete the least recently used files until the others fit. The caller holds the lock."""
        if self._max_bytes is None:
            return
        if self._total_bytes is not None:
            self._total_bytes += added_bytes
            if self._total_bytes <= self._max_bytes:
                return
        entries = []
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(OSError):
                stat = path.stat()
                entries.append((stat.st_mtime_ns, stat.st_size, path))
        total_bytes = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries)[:-1]:
            if total_bytes <= self._max_bytes:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            total_bytes -= size
        self._total_bytes = total_bytes
