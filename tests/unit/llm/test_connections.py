"""Few requests reuse few connections, and none that broke or ended."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator

import aiohttp
import httpx
import pytest

from bot.llm.connections import WaryConnector
from tests.support.easel import wait_until
from tests.support.odd_servers import (
    LONG_BODY,
    CountingServer,
    open_client,
    run_counting_server,
    serve,
)


@pytest.fixture
async def server() -> AsyncIterator[CountingServer]:
    async with run_counting_server() as server:
        yield server


def build_tls(protocol: int) -> ssl.SSLContext:
    """Build TLS without certificates, which need not be made for it."""
    context = ssl.SSLContext(protocol)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AECDH-AES256-SHA:@SECLEVEL=0")
    return context


async def test_requests_after_each_other_use_one_connection(server: CountingServer) -> None:
    async with open_client() as http:
        for _ in range(5):
            assert (await http.get(f"{server.url}/ok")).text == "ok"
    assert len(set(server.connections)) == 1


async def test_requests_at_once_do_not_wait_for_each_other(server: CountingServer) -> None:
    server.gate.clear()
    async with open_client() as http:
        requests = [asyncio.create_task(http.get(f"{server.url}/ok")) for _ in range(300)]
        await server.wait_for_requests(300)
        server.gate.set()
        assert {response.text for response in await asyncio.gather(*requests)} == {"ok"}


async def test_a_connection_that_broke_is_not_used_again_nor_its_request_repeated(
    server: CountingServer,
) -> None:
    async with open_client() as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post(f"{server.url}/break", content=b"costs money")
        assert server.waiting == 1
        assert (await http.get(f"{server.url}/ok")).text == "ok"
    assert len(set(server.connections)) == 2


async def test_a_cancelled_request_does_not_keep_its_connection(server: CountingServer) -> None:
    async with open_client() as http:
        server.gate.clear()
        request = asyncio.create_task(http.get(f"{server.url}/ok"))
        await wait_until(lambda: bool(server.connections))
        request.cancel()
        await asyncio.wait([request])
        server.gate.set()
        assert (await http.get(f"{server.url}/ok")).text == "ok"
    assert len(set(server.connections)) == 2


async def test_an_answer_that_is_left_early_closes_its_connection(server: CountingServer) -> None:
    async with open_client() as http:
        async with http.stream("POST", f"{server.url}/echo", content=LONG_BODY) as response:
            assert await anext(response.aiter_raw())
        assert (await http.get(f"{server.url}/ok")).text == "ok"
    assert len(set(server.connections)) == 2


async def test_a_connection_that_was_idle_for_long_is_not_used_again(
    server: CountingServer,
) -> None:
    async with open_client(idle_seconds=0.0) as http:
        for _ in range(2):
            await http.get(f"{server.url}/ok")
            await asyncio.sleep(0.002)
    assert len(set(server.connections)) == 2


STALE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 5\r\n\r\nstale"


@pytest.mark.parametrize("closes", [True, False])
@pytest.mark.parametrize("unasked", [b"", STALE])
async def test_what_came_over_an_idle_connection_is_not_the_next_answer(
    server: CountingServer, unasked: bytes, *, closes: bool
) -> None:
    """It came while the loop was busy, so that the connection had not heard of it yet."""
    if not unasked and not closes:
        return
    async with open_client() as http:
        assert (await http.get(f"{server.url}/ok")).text == "ok"
        transport = server.connections[0].transport
        assert transport is not None
        sender = transport.get_extra_info("socket").dup()
        sender.sendall(unasked)
        if closes:
            sender.shutdown(socket.SHUT_WR)
        answer = await http.post(f"{server.url}/echo", content=b"costs money")
        sender.close()
    assert (answer.status_code, answer.text) == (200, "costs money")
    assert len(set(server.connections)) == 2
    assert server.waiting == 2


async def test_an_idle_connection_that_ended_within_tls_is_not_used_again() -> None:
    asked: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            try:
                await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            asked.append(writer)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    server_tls, client_tls = (
        build_tls(ssl.PROTOCOL_TLS_SERVER),
        build_tls(ssl.PROTOCOL_TLS_CLIENT),
    )
    listener = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server_tls)
    url = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    connector = WaryConnector(ssl=client_tls)
    async with listener, aiohttp.ClientSession(connector=connector) as session:
        async with session.get(url) as response:
            assert await response.text() == "ok"
        ended = asked[0].get_extra_info("socket").dup()
        ended.shutdown(socket.SHUT_WR)
        ended.close()
        async with session.post(url) as response:
            assert await response.text() == "ok"
        assert len(set(asked)) == 2


async def test_who_speaks_before_being_asked_is_not_asked_forever() -> None:
    opened: list[int] = []

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(1)
        writer.write(b"220 mail.example ESMTP\r\n")

    async with serve(greet) as where, open_client() as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post(f"http://{where}", content=b"free")
    assert len(opened) == 1
