"""A provider that sends what it likes, without an end: real sockets, no HTTP library."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Generation-Id: gen-flood\r\n"


@dataclass(slots=True)
class FloodingProvider:
    """Answers every POST with `head` and `chunks`, and GET with `answer`; counts what was sent."""

    chunks: Iterator[bytes]
    head: bytes = HEAD + b"Connection: close\r\n\r\n"
    get_answer: bytes = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    requests: int = 0
    sent_bytes: int = 0
    base_url: str = ""
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await reader.readuntil(b"\r\n\r\n")
            if request.startswith(b"GET"):
                writer.write(self.get_answer)
                await writer.drain()
            else:
                self.requests += 1
                writer.write(self.head)
                for chunk in self.chunks:
                    writer.write(chunk)
                    await writer.drain()
                    self.sent_bytes += len(chunk)
        writer.close()


@asynccontextmanager
async def run_provider(provider: FloodingProvider) -> AsyncIterator[FloodingProvider]:
    server = await asyncio.start_server(provider.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    provider.base_url = f"http://127.0.0.1:{port}/api/v1"
    try:
        yield provider
    finally:
        server.close()
        await server.wait_closed()
