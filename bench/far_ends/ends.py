"""Slack and the model behind one port, and the commands that make people ask.

See `__main__.py` for the process, `slack.py` and `model.py` for what the ends answer.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable
from typing import Any, Self

from bench.far_ends.http import HttpConnection
from bench.far_ends.model import LightModel
from bench.far_ends.records import Records
from bench.far_ends.slack import LightSlack

TOKENS = 20
_SETTLE_SECONDS = 0.3  # for calls after the answer, such as clearing a status
_MAX_AGE_SECONDS = 20_000  # of a question's ts; each is a second later than the one before


class FarEnds:
    """Both ends, on a free `port` of localhost; an async context manager.

    `report` gets news that come before the end of a command.
    """

    def __init__(self, report: Callable[[dict[str, Any]], None]) -> None:
        self._report = report
        self._records = Records()
        self._model = LightModel(self._records, tokens=TOKENS)
        self._slack: LightSlack
        self._server: asyncio.Server
        self._connections: list[HttpConnection] = []
        self._next_mark = 1

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._open_connection, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._slack = LightSlack(
            self._records,
            origin=f"http://127.0.0.1:{self.port}",
            first_second=int(time.time()) - _MAX_AGE_SECONDS,
        )
        return self

    async def __aexit__(self, *_exception: object) -> None:
        for connection in self._connections:
            connection.transport.close()
        self._server.close()
        await self._server.wait_closed()

    def _open_connection(self) -> HttpConnection:
        connection = HttpConnection(self._answer)
        self._connections.append(connection)
        return connection

    def _answer(self, connection: HttpConnection, path: str, body: bytes) -> None:
        if path == "/socket":
            self._slack.open_socket(connection)
        elif path.startswith("/api/v1/"):
            self._model.answer(connection, path, body)
        else:
            self._slack.answer(connection, path, body)

    async def run_command(self, name: str, argument: Any) -> dict[str, Any]:
        """Run one command and return its result."""
        first_mark = self._next_mark
        if name == "connect":
            await self._slack.wait_until_connected(argument)
            return {"connected": argument}
        if name == "pause":
            self._model.pause_seconds = argument
            return {"pause": argument}
        if name == "ask":
            await self._slack.wait_until_connected()
            for count in argument:
                self._send(count)
                await self._records.wait_until_answered()
        elif name == "store":
            self._model.hold()
            await self._slack.wait_until_connected()
            self._send(argument)
            await self._records.wait_until_acknowledged()
        else:
            first_mark = min(self._records.forget_requests())
            self._model.release(lambda: self._report({"started": time.perf_counter()}))
            await self._records.wait_until_answered()
        await asyncio.sleep(_SETTLE_SECONDS)
        records = [self._records.get(mark) for mark in range(first_mark, self._next_mark)]
        return {"records": [dataclasses.asdict(record) for record in records]}

    def _send(self, count: int) -> None:
        marks = range(self._next_mark, self._next_mark + count)
        self._next_mark += count
        self._slack.send_questions(marks)
