"""A database without threads, for a loop with virtual time; it can be slow, and it can fail."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, create_engine, event, pool

from bot.domain.errors import StoreError
from storage.engine.waiting import run_to_completion
from storage.schema import metadata


class InlineDatabase:
    """Stands in for `storage.engine.sqlite.Database`. Every transaction takes the next of `delays`
    before and after it runs; while `is_failing` it fails."""

    def __init__(self, delays: Iterator[float]) -> None:
        self.commits = 0
        self._raw = sqlite3.connect(":memory:", isolation_level=None)
        self._engine = create_engine(
            "sqlite://", creator=lambda: self._raw, poolclass=pool.StaticPool
        )
        event.listen(self._engine, "begin", lambda c: c.exec_driver_sql("BEGIN"))
        metadata.create_all(self._engine)
        self._delays = delays
        self._turn = asyncio.Lock()
        self._deferred: list[Callable[[Connection], None]] = []
        self._flushes: set[asyncio.Task[None]] = set()
        self.is_failing = False
        self.tries = 0  # transactions, failed ones too

    @property
    def has_deferred(self) -> bool:
        return bool(self._deferred)

    def defer(self, body: Callable[[Connection], None], *, within_seconds: float) -> None:
        self._deferred.append(body)
        loop = asyncio.get_running_loop()
        loop.call_later(within_seconds, lambda: self._flushes.add(loop.create_task(self._flush())))

    async def flush(self) -> None:
        if self._deferred:
            await self.write(lambda _: None)

    def forget_deferred(self) -> None:
        """Lose what a process that was killed has not written."""
        self._deferred.clear()

    async def write(self, body: Callable[[Connection], Any]) -> Any:
        result = await run_to_completion(self._run(body, is_writing=True))
        self.commits += 1
        return result

    async def write_first(self, body: Callable[[Connection], Any]) -> Any:
        return await self.write(body)

    async def read_first(self, body: Callable[[Connection], Any]) -> Any:
        return await self.read(body)

    @property
    def has_room(self) -> bool:
        return True

    async def write_in_time(self, body: Callable[[Connection], Any]) -> Any:
        return await self.write(body)

    async def read(self, body: Callable[[Connection], Any]) -> Any:
        return await run_to_completion(self._run(body, is_writing=False))

    def run_now(self, body: Callable[[Connection], Any]) -> Any:
        """Run `body` at once, whatever else goes on: for the test's own looks."""
        with self._engine.begin() as connection:
            return body(connection)

    def close(self) -> None:
        self._engine.dispose()
        self._raw.close()

    async def _flush(self) -> None:
        while self._deferred:
            try:
                await self.write(lambda _: None)
            except StoreError:
                await asyncio.sleep(1.0)

    async def _run(self, body: Callable[[Connection], Any], *, is_writing: bool) -> Any:
        async with self._turn:
            await asyncio.sleep(next(self._delays))
            self.tries += 1
            if self.is_failing:
                raise StoreError("SQLITE_FULL")
            deferred = list(self._deferred) if is_writing else []
            with self._engine.begin() as connection:
                for one in deferred:
                    one(connection)
                result = body(connection)
            del self._deferred[: len(deferred)]
            await asyncio.sleep(next(self._delays))
            return result
