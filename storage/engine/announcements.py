"""How replicas hear of each other: short words sent with a transaction, by LISTEN and NOTIFY.

The database is the truth: who did not hear looks at it. On SQLite there is no other replica.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import structlog
from sqlalchemy import Connection, bindparam, func, select

from storage.engine.dialects import is_postgresql
from storage.engine.prepared import PreparedStatement

log = structlog.get_logger(__name__)

_CHANNEL = "easel"
# PostgreSQL's limit is 8,000 bytes (postgresql.org, NOTIFY).
_MAX_BYTES = 7_500
_NOTIFY = PreparedStatement(select(func.pg_notify(_CHANNEL, bindparam("payload"))))
_RETRY_SECONDS = 1.0
# A line that is cut without a word is known by this.
_PING_SECONDS = 10.0

Handler: TypeAlias = Callable[[Mapping[str, Any]], None]


def announce(connection: Connection, topic: str, **values: Any) -> None:
    """Tell every replica, this one included, once the transaction of `connection` is committed.

    `values` are short: ids and numbers, no people's words. Raises `ValueError` where they are not.
    """
    if not is_postgresql(connection):
        return
    payload = json.dumps({"topic": topic, **values})
    if len(payload) > _MAX_BYTES:
        raise ValueError(f"{topic}: {len(payload)} bytes are too long for an announcement")
    _NOTIFY.fetch_value(connection, {"payload": payload})


class Announcements:
    """Listens on a connection of its own. `on_gap` handlers run after each time of not hearing."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._handlers: defaultdict[str, list[Handler]] = defaultdict(list)
        self._gap_handlers: list[Callable[[], None]] = []

    def subscribe(
        self, topic: str, handler: Handler, *, on_gap: Callable[[], None] | None = None
    ) -> None:
        """Call `handler` with the values of each announcement of `topic`.

        `on_gap` is called whenever the line was down, and once at the start: something may have
        been missed. Both must return at once; what they raise is logged.
        """
        self._handlers[topic].append(handler)
        if on_gap is not None:
            self._gap_handlers.append(on_gap)

    async def run(self) -> None:
        """Listen until cancelled, and connect again whenever the line is down."""
        from psycopg import Error

        while True:
            try:
                await self._listen()
            except (Error, OSError, TimeoutError) as error:
                log.warning("announcements_interrupted", error=type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self) -> None:
        from psycopg import AsyncConnection

        async with await AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=5, application_name="easel listens"
        ) as connection:
            await connection.execute(f"LISTEN {_CHANNEL}")
            for handle_gap in self._gap_handlers:
                _call(handle_gap)
            while True:
                async for one in connection.notifies(timeout=_PING_SECONDS):
                    self._handle(one.payload)
                async with asyncio.timeout(_PING_SECONDS):
                    await connection.execute("SELECT 1")

    def _handle(self, payload: str) -> None:
        values: Any = None
        with contextlib.suppress(ValueError):
            values = json.loads(payload)
        if not isinstance(values, dict):
            return  # another program's, on the same channel
        for handler in self._handlers.get(values.pop("topic", ""), ()):
            _call(handler, values)


def _call(handler: Callable[..., None], *arguments: Any) -> None:
    try:
        handler(*arguments)
    except Exception:
        # The other handlers and announcements must not go without theirs.
        log.exception("bug")
