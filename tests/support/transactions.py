"""Transactions that go on for as long as a test wants them to."""

from __future__ import annotations

import asyncio
import threading

from sqlalchemy import Connection, text

_TAKE_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


class Held:
    """Transactions that go on until the end of `hold`."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun = asyncio.Semaphore(0)
        self._may_end = threading.Event()

    def take_over(self, connection: Connection) -> None:
        self.hold_lock("takeover", connection)

    def hold_lock(self, name: str, connection: Connection) -> None:
        connection.execute(_TAKE_LOCK, {"name": name}).close()
        self.go_on(connection)

    def go_on(self, connection: Connection) -> None:
        connection.exec_driver_sql("SELECT 1").close()
        self._loop.call_soon_threadsafe(self._begun.release)
        self._may_end.wait(60)

    async def wait_for(self, count: int) -> None:
        for _ in range(count):
            await self._begun.acquire()

    def end(self) -> None:
        self._may_end.set()
