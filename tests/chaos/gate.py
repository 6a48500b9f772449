"""Stands between the service and a played end, and plays a network that fails."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Self

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: no goodbye, the other side gets ECONNRESET
_MAX_READ_BYTES = 64 * 1024


@dataclass(slots=True, eq=False)
class _Connection:
    """One connection of the service, forwarded until it hangs."""

    writer: asyncio.StreamWriter
    is_socket: bool = False  # Socket Mode, rather than a call
    hangs: bool = False
    far_writer: asyncio.StreamWriter | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)  # its forwarding, and both pumps


class Gate:
    """Forwards the connections to `far_port` or `far_path`; an async context manager.

    Whatever is done to it holds until `reopen`. `with_sockets`: also to those of Socket Mode.
    """

    def __init__(self) -> None:
        self.far_port = 0
        self.far_path = ""  # of a socket in the file system, instead of a port
        self.port = 0
        self.last_call_at = 0.0  # when something was last forwarded for a call, by `monotonic`
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._hangs: Callable[[_Connection], bool] = _is_none

    async def __aenter__(self) -> Self:
        await self.reopen()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.refuse(with_sockets=True)
        if tasks := [task for connection in self._connections for task in connection.tasks]:
            await asyncio.wait(tasks)

    async def reopen(self) -> None:
        """Forward again. What has hung is reset, so that nothing arrives later."""
        self._hangs = _is_none
        self._reset(lambda connection: connection.hangs)
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = int(self._server.sockets[0].getsockname()[1])

    async def refuse(self, *, with_sockets: bool) -> None:
        """Reset the connections and refuse new ones, as where no program listens."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._reset(_is_any if with_sockets else _is_call)

    def hang(self, *, with_sockets: bool) -> None:
        """Accept everything and forward nothing, as where a cable is cut."""
        self._hangs = _is_any if with_sockets else _is_call
        for connection in self._connections:
            connection.hangs = self._hangs(connection)

    def reset(self) -> None:
        """Reset all connections that are open now."""
        self._reset(_is_any)

    def _reset(self, is_meant: Callable[[_Connection], bool]) -> None:
        for connection in [one for one in self._connections if is_meant(one)]:
            for writer in (connection.writer, connection.far_writer):
                if writer is not None:
                    _abort(writer)
            for task in connection.tasks:
                task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(writer)
        if (own_task := asyncio.current_task()) is not None:
            connection.tasks.add(own_task)
        self._connections.add(connection)
        try:
            await self._forward(connection, reader)
        except (OSError, asyncio.CancelledError):
            pass  # one of the two has gone, or the gate has reset it
        finally:
            self._connections.discard(connection)
            for one in (writer, connection.far_writer):
                if one is not None:
                    one.close()

    async def _forward(self, connection: _Connection, reader: asyncio.StreamReader) -> None:
        first = await reader.read(_MAX_READ_BYTES)
        if not first:
            return
        connection.is_socket = first.startswith(b"GET /socket")
        connection.hangs = self._hangs(connection)
        far_reader, far_writer = await self._connect()
        connection.far_writer = far_writer
        if not connection.hangs:
            self._note_call(connection)
            far_writer.write(first)
        note_call = partial(self._note_call, connection)
        pumps = {
            asyncio.create_task(_pump(reader, far_writer, connection, note_call)),
            asyncio.create_task(_pump(far_reader, connection.writer, connection, lambda: None)),
        }
        connection.tasks |= pumps
        await asyncio.wait(pumps)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.far_path:
            return await asyncio.open_unix_connection(self.far_path)
        return await asyncio.open_connection("127.0.0.1", self.far_port)

    def _note_call(self, connection: _Connection) -> None:
        if not connection.is_socket:
            self.last_call_at = time.monotonic()


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    connection: _Connection,
    note: Callable[[], None],
) -> None:
    """Copy bytes until the end of `reader`, each time with a `note`; drop them while it hangs."""
    with contextlib.suppress(OSError):
        while data := await reader.read(_MAX_READ_BYTES):
            if not connection.hangs:
                note()
                writer.write(data)
                await writer.drain()
    if not connection.hangs:
        writer.close()


def _is_none(_connection: _Connection) -> bool:
    return False


def _is_any(_connection: _Connection) -> bool:
    return True


def _is_call(connection: _Connection) -> bool:
    return not connection.is_socket


def _abort(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
