"""Reads logs and reports in a decoder: the side of the service.

Works on the original bytes, because a log may be longer than what is kept of a text, and because
people number its lines as an editor does.
"""

from __future__ import annotations

from bot.diagnosis.excerpt import Excerpt, parse_excerpt
from bot.diagnosis.relevant import MAX_BYTES
from bot.domain.errors import EaselError
from bot.domain.files import FileRef
from bot.files.cache import FileCache
from bot.files.sandbox.pipe import Message
from bot.files.sandbox.pool import NOBODY, TaskOwner
from bot.files.sandbox.sandbox import Sandbox


class LogReader:
    """Every method raises only `EaselError`. `owner` says whose turn a task takes."""

    def __init__(self, cache: FileCache, sandbox: Sandbox) -> None:
        self._cache = cache
        self._sandbox = sandbox

    async def read_relevant(
        self, ref: FileRef, kept_text: str, *, max_bytes: int = MAX_BYTES, owner: TaskOwner = NOBODY
    ) -> Excerpt:
        """Return the lines of a file that tell what failed.

        `kept_text` is looked through where the file can no longer be fetched.
        """
        try:
            data = await self._cache.fetch_original(ref)
        except EaselError:
            if not kept_text:
                raise
            data = kept_text.encode("utf-8", "replace")
        return await self._run_task("log", ref.name, data, owner, max_bytes=max_bytes)

    async def read_text(self, name: str, text: str, *, owner: TaskOwner = NOBODY) -> Excerpt:
        """Return the lines of a text that somebody pasted."""
        data = text.encode("utf-8", "replace")
        return await self._run_task("log", name, data, owner, max_bytes=MAX_BYTES)

    async def read_lines(
        self, ref: FileRef, first: int, last: int, *, owner: TaskOwner = NOBODY
    ) -> Excerpt:
        """Return lines of a file by their numbers from 1."""
        data = await self._cache.fetch_original(ref)
        return await self._run_task("log_lines", ref.name, data, owner, first=first, last=last)

    async def _run_task(
        self, task: str, name: str, data: bytes, owner: TaskOwner, **values: int
    ) -> Excerpt:
        return await self._sandbox.run_task(
            task, name, [data], _parse_excerpt, owner=owner, **values
        )


def _parse_excerpt(result: Message) -> Excerpt:
    (data,) = result[1]
    return parse_excerpt(data)
