"""The least of an HTTP/1.1 server: keep-alive requests with a Content-Length, and an upgrade.

See `websocket.py` for what a connection speaks after the upgrade.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from bench.far_ends.websocket import FrameReader, build_accept

_LENGTH_PATTERN = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_KEY_PATTERN = re.compile(rb"\r\nsec-websocket-key:\s*(\S+)", re.IGNORECASE)


class HttpConnection(asyncio.Protocol):
    """One connection. `answer` gets it, the path and the body of each request."""

    def __init__(self, answer: Callable[[HttpConnection, str, bytes], None]) -> None:
        self._answer = answer
        self._received = b""
        self._frames: FrameReader | None = None
        self._handle_end: Callable[[], None] = lambda: None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        self._handle_end()

    def data_received(self, data: bytes) -> None:
        if self._frames is not None:
            self._frames.feed(data)
            return
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            found = _LENGTH_PATTERN.search(head)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._received) < whole:
                return
            body, self._received = self._received[end + 4 : whole], self._received[whole:]
            # A client sends no frames before it has the answer to its upgrade.
            if (key := _KEY_PATTERN.search(head)) is not None:
                self._upgrade(key[1])
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            self._answer(self, path.decode(), body)

    def _upgrade(self, key: bytes) -> None:
        self._frames = FrameReader(self.transport.write)
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + build_accept(key) + b"\r\n\r\n"
        )

    def read_frames(self, receive: Callable[[bytes], None], end: Callable[[], None]) -> None:
        """Hand the text messages of an upgraded connection to `receive`; call `end` at its end."""
        assert self._frames is not None
        self._frames.receive, self._handle_end = receive, end


def build_response(body: bytes, *, status: str = "200 OK", headers: bytes = b"") -> bytes:
    """Build a whole response with a body of JSON; `headers` are lines that end with CR LF."""
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n"
    return head % (status.encode(), headers, len(body)) + body


def build_stream(content_type: bytes, parts: list[bytes]) -> list[bytes]:
    """Build a response whose body arrives in `parts`, with chunked encoding."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in parts]
    return [head % content_type, *chunks[:-1], chunks[-1] + b"0\r\n\r\n"]
