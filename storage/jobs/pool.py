"""The connections of Procrastinate's worker: a pool that leaves nothing behind, however it ends.

Loaded with the first worker only.
"""

from __future__ import annotations

import asyncio

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool


class JobPool(AsyncConnectionPool[AsyncConnection]):
    """A pool of psycopg's that is closed to its end, and also where it could not be opened.

    Its `close` gives its tasks one cancellation when it is cancelled itself, which the task of its
    schedule may lose (`asyncio.wait_for` of Python 3.11, github.com/python/cpython/issues/86296).
    That one then waits for ever, and so does the end of the event loop.
    """

    # Their parameters are psycopg's.
    async def open(
        self,
        wait: bool = False,  # noqa: FBT001, FBT002 - as above
        timeout: float = 30.0,  # noqa: ASYNC109 - as above
    ) -> None:
        """Open as psycopg's pool does; close it where that fails or is cancelled."""
        try:
            await super().open(wait, timeout)
        except BaseException:
            await self.close()
            raise

    async def close(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - as above
        """Close as psycopg's pool does; a cancellation is raised once that is done."""
        closing = asyncio.create_task(super().close(timeout), name=f"{self.name}-close")
        is_cancelled = False
        while not closing.done():
            try:
                await asyncio.wait({closing})
            except asyncio.CancelledError:
                is_cancelled = True
        if is_cancelled:
            raise asyncio.CancelledError
        closing.result()
