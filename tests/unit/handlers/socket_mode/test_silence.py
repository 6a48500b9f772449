"""A connection on which nothing comes: kept while its pings are answered, given up when not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import cast

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from handlers.parsing.frames import Envelope
from handlers.socket_mode.connection import SlackConnection
from handlers.socket_mode.pace import Pace
from tests.support.easel import wait_until
from tests.support.virtual_time import VirtualLoop

HOUR_SECONDS = 3600.0


class QuietSocket:
    """A WebSocket on which nothing comes but pongs, where `has_other_end`."""

    def __init__(self, *, has_other_end: bool) -> None:
        self._has_other_end = has_other_end
        self._frames = asyncio.Queue[aiohttp.WSMessage]()

    async def receive(self) -> aiohttp.WSMessage:
        return await self._frames.get()

    async def ping(self) -> None:
        if self._has_other_end:
            self._frames.put_nowait(aiohttp.WSMessage(aiohttp.WSMsgType.PONG, b"", None))

    async def close(self) -> None:
        pass


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    loop = VirtualLoop()
    yield loop
    loop.close()


async def wait_an_hour(*, has_other_end: bool) -> tuple[list[str], float]:
    """Return why a quiet connection has ended meanwhile, and when; nothing if it is still there."""
    ends, loop = list[str](), asyncio.get_running_loop()
    ended_at = 0.0

    def note_end(reason: str) -> None:
        nonlocal ended_at
        ended_at = loop.time()
        ends.append(reason)

    async def refuse(_envelope: Envelope) -> None:
        raise AssertionError("nothing came")

    socket = cast(aiohttp.ClientWebSocketResponse, QuietSocket(has_other_end=has_other_end))
    connection = SlackConnection(socket, refuse, Pace(), note_end)
    await asyncio.sleep(HOUR_SECONDS)
    told = list(ends)
    await connection.close()
    return told, ended_at


def test_a_quiet_connection_is_kept(loop: VirtualLoop) -> None:
    told, ended_at = loop.run(wait_an_hour(has_other_end=True))
    assert told == [] and ended_at >= HOUR_SECONDS


def test_a_connection_whose_other_end_is_gone_is_given_up(loop: VirtualLoop) -> None:
    told, ended_at = loop.run(wait_an_hour(has_other_end=False))
    assert told == ["silent"] and ended_at == pytest.approx(Pace().silence)


async def test_the_pongs_of_a_real_socket_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that answers pings by itself keeps the pongs to itself, too."""
    seen, receive = list[WSMsgType](), aiohttp.ClientWebSocketResponse.receive

    async def receive_and_note(socket: aiohttp.ClientWebSocketResponse) -> aiohttp.WSMessage:
        message = await receive(socket)
        seen.append(message.type)
        return message

    async def greet(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        await socket.receive()  # answers pings until the other end leaves
        return socket

    async def ignore(_envelope: Envelope) -> None: ...

    monkeypatch.setattr(aiohttp.ClientWebSocketResponse, "receive", receive_and_note)
    app = web.Application()
    app.router.add_get("/", greet)
    pace = Pace(ping=0.01, silence=100, hello=100)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        address = str(server.make_url("/"))
        connection = await SlackConnection.open(session, address, ignore, pace, lambda _: None)
        await wait_until(lambda: seen.count(WSMsgType.PONG) >= 3)
        assert connection.is_alive
        await connection.close()
