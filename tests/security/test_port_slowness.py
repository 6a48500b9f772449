"""Strangers who send or read slowly are cut, and have no room but their own."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest
from aiohttp import web

from handlers.connections.limits import ConnectionLimits, Deadlines
from handlers.connections.listener import ListenerOptions
from handlers.web_server import build_health_pages, open_web_server
from tests.security.port import (
    Strangers,
    read_response,
    wait_until_closed,
)
from tests.support.connections import connect
from tests.support.easel import wait_until


@pytest.fixture
def options() -> ListenerOptions:
    dropped: list[str] = []
    limits = ConnectionLimits(total=8, per_address=8)
    deadlines = Deadlines(head=0.3, body=0.5, response=0.5, idle=0.7)
    return ListenerOptions(dropped.append, dropped.append, limits, deadlines)


SLOW = {
    "no request": b"",
    "half a head": b"GET /healthz HTTP/1.1\r\nHo",
    "half a head after a request": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /hea",
    "nothing after a request": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "half a body": b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n12345678",
    "half a chunk": b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n1",
    "a body that no page reads": b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1",
}


@pytest.mark.parametrize("raw", SLOW.values(), ids=SLOW.keys())
async def test_whoever_is_slow_is_cut(raw: bytes, options: ListenerOptions) -> None:
    async with _serve(options) as address, Strangers(address) as strangers:
        reader, _ = await strangers.send(raw)
        assert await wait_until_closed(reader, seconds=60)


async def test_a_letter_now_and_then_does_not_put_the_deadline_off(
    options: ListenerOptions,
) -> None:
    async with _serve(options) as address, Strangers(address) as strangers:
        for start in (b"GET / HTTP/1.1\r\nA: ", SLOW["half a body"][:-8]):
            reader, writer = await strangers.send(start)
            loop = asyncio.get_running_loop()
            begun = loop.time()

            _drip(writer)
            assert await wait_until_closed(reader, seconds=60)
            # The body of nine bytes is complete after half a second.
            assert loop.time() - begun < 10


def _drip(writer: asyncio.StreamWriter) -> None:
    """Send a letter twenty times a second for as long as the connection is open."""
    if not writer.is_closing():
        writer.write(b"a")
        asyncio.get_running_loop().call_later(0.05, _drip, writer)


async def test_whoever_reads_nothing_is_cut(options: ListenerOptions) -> None:
    async with _serve(options) as address, Strangers(address) as strangers:
        pages = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * 200
        reader, writer = await strangers.send(pages)
        transport = writer.transport
        assert isinstance(transport, asyncio.ReadTransport)
        transport.pause_reading()
        dropped = options.record_drop.__self__  # type: ignore[attr-defined] # a bound method
        await wait_until(lambda: "slow_reader" in dropped)
        transport.resume_reading()
        assert await wait_until_closed(reader, seconds=60)


async def test_a_second_address_has_room_while_the_first_fills_its_own() -> None:
    limits = ConnectionLimits(total=8, per_address=6, min_age_seconds=60)
    options = ListenerOptions(lambda _: None, lambda _: None, limits, Deadlines())
    async with (
        _serve(options) as address,
        Strangers(address) as first,
        Strangers(address) as second,
    ):
        await first.send_many(b"P", 6)
        async with connect(*second.target, local_host="127.0.0.2") as (reader, writer):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await read_response(reader))[0] == 200


def _serve(options: ListenerOptions) -> AbstractAsyncContextManager[str]:
    async def read_body(request: web.BaseRequest) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    async def send_much(_request: web.BaseRequest) -> web.Response:
        return web.Response(body=b"x" * 1_000_000)

    pages = build_health_pages(lambda: "")
    pages |= {"/body": {"POST": read_body}, "/large": {"GET": send_much}}
    return open_web_server(("127.0.0.1", 0), pages, options, setting="EASEL_PORT")
