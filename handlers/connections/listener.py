"""Accepts the web server's connections: as many as there may be, whatever accepting fails with.

asyncio's own server accepts without a limit, and when it is out of file descriptors it logs every
failed attempt.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import resource
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from handlers.connections.guarded import GuardedConnection
from handlers.connections.limits import (
    ConnectionLimits,
    Deadlines,
    choose_limits,
    choose_victim,
    has_room,
    name_origin,
)

log = structlog.get_logger(__name__)

_BACKLOG = 512
# How long a connection waits for others that Easel is working on to make room.
_MAX_WAIT_SECONDS = 1.0
_RETRY_SECONDS = 0.1
# Addresses of this machine that a name stands for, and that the machine does not have.
_MISSING_ADDRESS_ERRORS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)

ProtocolFactory = Callable[[], asyncio.Protocol]


def choose_process_limits() -> ConnectionLimits:
    """Return the limits for this process."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return choose_limits(1 << 20 if soft == resource.RLIM_INFINITY else soft)


@dataclass(frozen=True, slots=True)
class ListenerOptions:
    """`record_failure` gets the name of an error of `accept`, `record_drop` why a connection was
    cut or refused: `slow_head`, `slow_body`, `slow_reader`, `malformed`, `crowded`, `refused`.
    """

    record_failure: Callable[[str], None]
    record_drop: Callable[[str], None]
    limits: ConnectionLimits = field(default_factory=choose_process_limits)
    deadlines: Deadlines = field(default_factory=Deadlines)


class Listener:
    """Accepts on `sockets`; each connection gets a protocol of `build_protocol`."""

    def __init__(
        self,
        sockets: list[socket.socket],
        build_protocol: ProtocolFactory,
        options: ListenerOptions,
    ) -> None:
        self._sockets = sockets
        self._build_protocol = build_protocol
        self._options = options
        self._connections: set[GuardedConnection] = set()
        self._has_changed = asyncio.Event()

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[None]:
        """Accept until the block is left. The connections are not closed then."""
        for listening in self._sockets:
            listening.listen(_BACKLOG)
        tasks = [
            asyncio.create_task(self._accept_all(listening), name="accept")
            for listening in self._sockets
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for listening in self._sockets:
                listening.close()

    async def _accept_all(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, peer = await loop.sock_accept(listening)
            except OSError as error:
                self._options.record_failure(errno.errorcode.get(error.errno or 0, "unknown"))
                # Where descriptors are short, what is idle or slow gives one back.
                self._drop_one(address="")
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            await self._take(accepted, name_origin(str(peer[0])))

    async def _take(self, accepted: socket.socket, address: str) -> None:
        try:
            if not await self._make_room(address):
                accepted.close()
                self._options.record_drop("refused")
                return
            await self._connect(accepted, address)
        except OSError:  # it is gone already
            accepted.close()
        except Exception:  # a bug must not end the task that accepts
            log.exception("connection_failed")
            accepted.close()
        except asyncio.CancelledError:
            accepted.close()
            raise

    async def _connect(self, accepted: socket.socket, address: str) -> None:
        handler = self._build_protocol()
        connection = GuardedConnection(handler, address, self._options.deadlines, self._forget)
        self._connections.add(connection)
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: connection, accepted)
        except BaseException:
            connection.cut("")  # else it would take a place for ever
            raise

    async def _make_room(self, address: str) -> bool:
        """Wait until one more connection is within the limits; False if that takes too long."""
        limits = self._options.limits
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_MAX_WAIT_SECONDS):
                while not has_room(self._connections, address, limits):
                    if not self._drop_one(address):
                        await self._wait_for_change(limits.min_age_seconds / 2)
                return True
        return False

    def _drop_one(self, address: str) -> bool:
        now = asyncio.get_running_loop().time()
        victim = choose_victim(self._connections, address, self._options.limits, now)
        if victim is not None:
            victim.cut("crowded")
        return victim is not None

    async def _wait_for_change(self, seconds: float) -> None:
        self._has_changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._has_changed.wait()

    def _forget(self, connection: GuardedConnection, reason: str) -> None:
        self._connections.discard(connection)
        self._has_changed.set()
        if reason and reason != "idle":
            self._options.record_drop(reason)


async def open_sockets(host: str, port: int) -> list[socket.socket]:
    """Return a socket for each address that `host` stands for. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    sockets: list[socket.socket] = []
    problem: OSError | None = None
    for family, address in dict.fromkeys((family, address) for family, *_, address in found):
        try:
            sockets.append(_open_socket(family, address))
        except OSError as error:
            problem = error
            if error.errno not in _MISSING_ADDRESS_ERRORS:
                break
    if sockets and (problem is None or problem.errno in _MISSING_ADDRESS_ERRORS):
        return sockets
    for opened in sockets:
        opened.close()
    raise problem or OSError(errno.EADDRNOTAVAIL, f"{host} has no address")


def _open_socket(family: int, address: object) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.settimeout(0)
        opened.bind(address)  # type: ignore[arg-type] # as getaddrinfo returns it
    except OSError:
        opened.close()
        raise
    return opened
