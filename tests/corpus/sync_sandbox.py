"""Reads files in the tests as the service does, in a sandbox process, without an event loop."""

from __future__ import annotations

import asyncio
import threading
from typing import Self

from bot.domain.files import ParsedFile
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import MEMORY_MB, Sandbox

# All files are of one owner, so that they share processes: only a service has to keep them apart.
_OWNER = TaskOwner("corpus", "corpus")


class SyncSandbox:
    """A sandbox for synchronous callers. A hostile file ends a process, not the tests."""

    def __init__(self, memory_mb: int = MEMORY_MB) -> None:
        self._memory_mb = memory_mb
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(self, *_exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def read(self, name: str, data: bytes) -> ParsedFile:
        """Read a file. Raises `UnreadableError`; any other error is a mistake of the reader."""
        assert self._sandbox is not None
        pending = self._sandbox.read(name, data, owner=_OWNER)
        return asyncio.run_coroutine_threadsafe(pending, self._loop).result()

    def render_page(self, name: str, data: bytes, number: int) -> ParsedFile:
        """Render a page of a PDF as a picture."""
        assert self._sandbox is not None
        pending = self._sandbox.render_pages(name, data, [number], owner=_OWNER)
        return asyncio.run_coroutine_threadsafe(pending, self._loop).result()

    async def _open(self) -> None:
        self._sandbox = await Sandbox(memory_mb=self._memory_mb).__aenter__()

    async def _close(self) -> None:
        assert self._sandbox is not None
        await self._sandbox.__aexit__(None, None, None)
