"""The web server's places for connections: each that is taken is given back."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from handlers.connections.limits import ConnectionLimits
from handlers.connections.listener import Listener, ListenerOptions, open_sockets


class RefusingLoop(asyncio.SelectorEventLoop):
    """Fails to connect the first sockets that are accepted, as where the other side has gone."""

    failures = 0

    async def connect_accepted_socket(self, *arguments: Any, **options: Any) -> Any:
        if self.failures:
            self.failures -= 1
            raise OSError(22, "Invalid argument")
        return await super().connect_accepted_socket(*arguments, **options)


def test_a_connection_that_is_gone_when_it_is_accepted_takes_no_place() -> None:
    limits = ConnectionLimits(total=1, per_address=1)
    drops: list[str] = []

    async def connect_three_times() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, RefusingLoop)
        loop.failures = 2
        sockets = await open_sockets("127.0.0.1", 0)
        address = sockets[0].getsockname()
        served = asyncio.Event()

        class Served(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                served.set()

        options = ListenerOptions(lambda _error: None, drops.append, limits)
        async with Listener(sockets, Served, options).listen():
            clients = [socket.create_connection(address) for _ in range(3)]
            async with asyncio.timeout(60):
                await served.wait()
            for client in clients:
                client.close()

    with asyncio.Runner(loop_factory=RefusingLoop) as runner:
        runner.run(connect_three_times())
    assert drops == []
