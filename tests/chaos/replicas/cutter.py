"""Cuts connections to PostgreSQL in the middle of transactions."""

from __future__ import annotations

import asyncio
import random

from tests.chaos.replicas.server import StormServer

_TRIES = 400
# Most transactions are over in milliseconds: in most looks there is none.
_CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid != pg_backend_pid() AND (xact_start IS NOT NULL OR %s)"
    " AND backend_type = 'client backend' ORDER BY random() LIMIT 1"
)
_LISTENER_PART = 0.2


class Cutter:
    """Ends the server's part of random connections; `cuts` counts them."""

    def __init__(self, server: StormServer, rng: random.Random, *, interval_seconds: float) -> None:
        self.cuts = 0
        self._server = server
        self._rng = rng
        self._interval_seconds = interval_seconds

    async def run(self) -> None:
        from psycopg import Error

        while True:
            await asyncio.sleep(self._rng.uniform(0, 2 * self._interval_seconds))
            try:
                await self._cut_one(any_state=self._rng.random() < _LISTENER_PART)
            except (Error, OSError):
                continue  # the server is down

    async def _cut_one(self, *, any_state: bool) -> None:
        from psycopg import AsyncConnection

        async with await AsyncConnection.connect(self._server.url, autocommit=True) as connection:
            for _ in range(_TRIES):
                found = await connection.execute(_CUT, [any_state])
                if await found.fetchone():
                    self.cuts += 1
                    return
                await asyncio.sleep(0.005)
