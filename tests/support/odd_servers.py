"""Servers that count their connections or answer what they like, and a client that reuses few."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
from aiohttp import web

from bot.llm.connections import AiohttpTransport

LONG_BODY = bytes(range(256)) * 40_000  # ten megabytes
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class CountingServer:
    """Answers each request once `gate` is set, and knows the connections it was asked over."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.connections: list[web.RequestHandler] = []
        self.waiting = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.connections.append(request.protocol)
        self.waiting += 1
        await self.gate.wait()
        if request.path == "/break" and request.transport is not None:
            request.transport.abort()
        if request.path == "/long-head":
            return web.Response(text="ok", headers={"X-Long": "x" * 30_000})
        body = await request.read()
        return web.Response(body=body or b"ok")

    async def wait_for_requests(self, count: int) -> None:
        async with asyncio.timeout(60):
            while self.waiting < count:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.005)


@asynccontextmanager
async def serve(handle: Serve) -> AsyncIterator[str]:
    """Hand each connection to `handle`; yield where to connect."""
    held: list[asyncio.StreamWriter] = []

    async def keep_and_handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        await handle(reader, writer)

    listener = await asyncio.start_server(keep_and_handle, "127.0.0.1", 0)
    try:
        async with listener:
            yield f"127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        for writer in held:
            writer.transport.abort()


def open_client(*, idle_seconds: float = 30.0, **timeouts: float) -> httpx.AsyncClient:
    transport = AiohttpTransport(idle_seconds=idle_seconds)
    return httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(60.0, **timeouts))


@asynccontextmanager
async def run_counting_server() -> AsyncIterator[CountingServer]:
    server = CountingServer()
    application = web.Application(client_max_size=2**26)
    application.router.add_route("*", "/{path}", server.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    server.url = f"http://{host}:{port}"
    yield server
    await runner.cleanup()
