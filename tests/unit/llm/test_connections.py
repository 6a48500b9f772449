"""Few requests reuse few connections; one that broke or was idle for long is not used again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web

from bot.llm.connections import ConnectionStack


class CountingServer:
    """Answers each request once `gate` is set, and knows the connections it was asked over."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.connections: list[int] = []
        self.waiting = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.connections.append(id(request.transport))
        self.waiting += 1
        await self.gate.wait()
        if request.path == "/break" and request.transport is not None:
            request.transport.abort()
        return web.Response(text="ok")


@pytest.fixture
async def server() -> AsyncIterator[CountingServer]:
    server = CountingServer()
    application = web.Application()
    application.router.add_get("/{path}", server.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    server.url = f"http://{host}:{port}"
    yield server
    await runner.cleanup()


async def test_requests_after_each_other_use_one_connection(server: CountingServer) -> None:
    async with httpx.AsyncClient(transport=ConnectionStack()) as http:
        for _ in range(5):
            assert (await http.get(f"{server.url}/ok")).text == "ok"
    assert len(set(server.connections)) == 1


async def test_requests_at_once_do_not_wait_for_each_other(server: CountingServer) -> None:
    server.gate.clear()
    async with httpx.AsyncClient(transport=ConnectionStack()) as http:
        requests = [asyncio.create_task(http.get(f"{server.url}/ok")) for _ in range(300)]
        async with asyncio.timeout(10):
            while server.waiting < 300:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.01)
        server.gate.set()
        assert {response.text for response in await asyncio.gather(*requests)} == {"ok"}


async def test_a_connection_that_broke_is_not_used_again(server: CountingServer) -> None:
    async with httpx.AsyncClient(transport=ConnectionStack()) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(f"{server.url}/break")
        assert (await http.get(f"{server.url}/ok")).text == "ok"
    assert len(set(server.connections)) == 2


async def test_a_cancelled_request_does_not_keep_its_connection(server: CountingServer) -> None:
    async with httpx.AsyncClient(transport=ConnectionStack()) as http:
        server.gate.clear()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await http.get(f"{server.url}/ok")
        server.gate.set()
        assert (await http.get(f"{server.url}/ok")).text == "ok"


async def test_connections_that_were_idle_for_long_are_closed(server: CountingServer) -> None:
    now = [0.0]
    stack = ConnectionStack(clock=lambda: now[0])
    async with httpx.AsyncClient(transport=stack) as http:
        server.gate.clear()
        requests = [asyncio.create_task(http.get(f"{server.url}/ok")) for _ in range(3)]
        while server.waiting < 3:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        server.gate.set()
        await asyncio.gather(*requests)
        assert stack.idle_count == 3
        now[0] = 60.0
        await http.get(f"{server.url}/ok")
        assert stack.idle_count == 1


async def test_requests_that_come_while_old_connections_are_closed_are_not_disturbed(
    server: CountingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    stack = ConnectionStack(clock=lambda: now[0])
    closing, may_close = asyncio.Event(), asyncio.Event()
    close = httpx.AsyncHTTPTransport.aclose

    async def close_slowly(transport: httpx.AsyncHTTPTransport) -> None:
        closing.set()
        await may_close.wait()
        await close(transport)
        raise OSError("the connection was gone already")

    async with httpx.AsyncClient(transport=stack) as http:
        server.gate.clear()
        requests = [asyncio.create_task(http.get(f"{server.url}/ok")) for _ in range(5)]
        while server.waiting < 5:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        server.gate.set()
        await asyncio.gather(*requests)
        now[0] = 60.0
        with monkeypatch.context() as patch:
            patch.setattr(httpx.AsyncHTTPTransport, "aclose", close_slowly)
            first = asyncio.create_task(http.get(f"{server.url}/ok"))
            await asyncio.wait_for(closing.wait(), 5)
            second = await http.get(f"{server.url}/ok")  # takes the only one that is left
            may_close.set()
            assert (second.text, (await first).text) == ("ok", "ok")
