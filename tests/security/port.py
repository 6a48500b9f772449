"""What a stranger has who only reaches the port: sockets, and the service behind them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

from bot.playground.slack import PlayedSlack
from bot.playground.slack.delivery import sign_request
from tests.support.easel import GENERAL, MENTION, EaselEnvironment

Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def check_events_arrive(easel: EaselEnvironment, sender: PlayedSlack) -> None:
    """A signed question is acknowledged while Slack still tries, and answered once."""
    before = len(easel.model.requests)
    count = len(sender.deliveries)
    await sender.post_as_person(GENERAL, f"{MENTION} say hello")
    await sender.wait_until_quiet()
    sent = sender.deliveries[count:]
    assert all(delivery.acknowledged.is_set() for delivery in sent)
    await easel.service.wait_until_idle()
    assert len(easel.model.requests) == before + 1


class Strangers:
    """Opens connections to an address and keeps them."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.target = (parts.hostname or "", parts.port or 0)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Strangers:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    async def send(self, raw: bytes) -> Peer:
        """Send `raw` on a new connection, which stays open."""
        reader, writer = await asyncio.open_connection(*self.target)
        self._stack.callback(writer.close)
        writer.write(raw)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        return reader, writer

    async def send_many(self, raw: bytes, count: int) -> list[Peer]:
        return await asyncio.gather(*(self.send(raw) for _ in range(count)))

    async def ask(self, raw: bytes) -> tuple[int, bytes]:
        """Send `raw`; return the status and all that is answered."""
        reader, _ = await self.send(raw)
        return await read_response(reader)


async def read_response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return the status of one response, and its bytes; 0 if the connection was only closed."""
    head = b""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        async with asyncio.timeout(60):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.partition(b":")[2])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                ),
                0,
            )
            head += await reader.readexactly(length)
    return (int(head.split()[1]) if head else 0), head


async def wait_until_closed(reader: asyncio.StreamReader, *, seconds: float) -> bool:
    """Whether the other side closes the connection within `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while await reader.read(65_536):
                pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def build_request(
    body: bytes, headers: dict[str, str], *, method: str = "POST", path: str = "/slack/events"
) -> bytes:
    lines = [f"{name}: {value}" for name, value in {"Host": "x", **headers}.items()]
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, f"Content-Length: {len(body)}"])
    return head.encode("latin-1") + b"\r\n\r\n" + body


def sign(body: bytes, secret: str) -> dict[str, str]:
    return sign_request(body, secret, time.time())


def read_log(text: str, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("event") == event]
