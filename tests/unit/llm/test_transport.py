"""What goes over a connection is httpx's own, and what breaks is told by httpx's names."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.odd_servers import (
    LONG_BODY,
    CountingServer,
    Serve,
    open_client,
    run_counting_server,
    serve,
)


@pytest.fixture
async def server() -> AsyncIterator[CountingServer]:
    async with run_counting_server() as server:
        yield server


async def test_a_long_body_arrives_whole(server: CountingServer) -> None:
    async with open_client() as http:
        response = await http.post(f"{server.url}/echo", content=LONG_BODY)
    assert response.content == LONG_BODY


async def test_an_answer_may_come_before_the_body_was_read() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge")

    async with serve(refuse) as where, open_client() as http:
        response = await http.post(f"http://{where}", content=LONG_BODY)
        assert (response.status_code, response.text) == (413, "large")
        # The rest of the body was never sent, so nothing may follow on that connection.
        assert (await http.post(f"http://{where}", content=b"short")).status_code == 413


async def test_the_headers_are_httpxs_own_and_nothing_else() -> None:
    heads: list[bytes] = []

    async def note_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async with serve(note_head) as where, open_client() as http:
        url = f"http://name:word@{where}/a%2Fb?c=%20d"
        request = http.build_request("POST", url, json={}, headers={"X-Title": "Easel"})
        await http.send(request)
    lines = heads[0].decode().split("\r\n")
    assert lines[0] == "POST /a%2Fb?c=%20d HTTP/1.1"
    sent = sorted(line.lower() for line in lines[1:] if line)
    assert sent == sorted(f"{name}: {value}".lower() for name, value in request.headers.items())


async def test_lines_of_a_head_may_be_as_long_as_proxies_make_them(server: CountingServer) -> None:
    async with open_client() as http:
        response = await http.get(f"{server.url}/long-head")
    assert len(response.headers["x-long"]) == 30_000


async def test_a_compressed_body_comes_as_it_was_sent() -> None:
    async def send_packed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n"
        writer.write(head + b"\x1f\x8bx")

    async with (
        serve(send_packed) as where,
        open_client() as http,
        http.stream("GET", f"http://{where}") as response,
    ):
        assert b"".join([chunk async for chunk in response.aiter_raw()]) == b"\x1f\x8bx"


def build_handler(answer: bytes, *, closes: bool = False) -> Serve:
    """Build what reads the head of a request, and writes `answer`."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        if closes:
            writer.close()

    return handle


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("handle", "failure"),
    [
        (build_handler(b"", closes=True), httpx.RemoteProtocolError),
        (build_handler(b"nonsense\r\n\r\n"), httpx.RemoteProtocolError),
        (build_handler(CHUNKED + b"5\r\nhel", closes=True), httpx.RemoteProtocolError),
        (build_handler(CHUNKED + b"zz\r\n"), httpx.RemoteProtocolError),
        (
            build_handler(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel", closes=True),
            httpx.RemoteProtocolError,
        ),
        (build_handler(b""), httpx.ReadTimeout),
        (build_handler(CHUNKED + b"5\r\nhel"), httpx.ReadTimeout),
    ],
)
async def test_each_failure_after_sending_has_its_name(
    handle: Serve, failure: type[httpx.TransportError]
) -> None:
    read = 0.1 if failure is httpx.ReadTimeout else 60.0
    async with serve(handle) as where, open_client(read=read) as http:
        with pytest.raises(httpx.TransportError) as raised:
            await http.post(f"http://{where}", content=b"costs money")
    assert type(raised.value) is failure


async def test_a_body_that_nobody_reads_is_given_up() -> None:
    async with serve(build_handler(b"")) as where, open_client(write=0.1) as http:
        with pytest.raises(httpx.WriteTimeout):
            await http.post(f"http://{where}", content=LONG_BODY)


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with serve(build_handler(b"")) as where:
        pass
    async with open_client() as http:
        with pytest.raises(httpx.ConnectError) as raised:
            await http.post(f"http://{where}", content=b"free")
    assert isinstance(raised.value.__cause__, OSError)


async def test_who_speaks_no_tls_is_told_from_who_is_away() -> None:
    async def talk_plainly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with serve(talk_plainly) as where, open_client() as http:
        with pytest.raises(httpx.ConnectError) as raised:
            await http.post(f"https://{where}", content=b"free")
    assert isinstance(raised.value.__cause__, ssl.SSLError)


async def test_a_handshake_without_end_is_given_up() -> None:
    async def say_nothing(_: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        pass

    async with serve(say_nothing) as where, open_client(connect=0.1) as http:
        with pytest.raises(httpx.ConnectTimeout):
            await http.post(f"https://{where}", content=b"free")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "http://127.0.0.1:0/",
        "http://1.2.3.4.5/",
        f"http://{'long' * 16}.example/",
        "http://a..example/",
    ],
)
async def test_an_address_that_nothing_can_be_sent_to_is_free(url: str) -> None:
    async with open_client() as http:
        with pytest.raises((httpx.UnsupportedProtocol, httpx.ConnectError)):
            await http.post(url, content=b"free")


async def test_a_header_that_cannot_be_sent_is_an_error_of_transport(
    server: CountingServer,
) -> None:
    async with open_client() as http:
        with pytest.raises(httpx.LocalProtocolError):
            await http.post(f"{server.url}/ok", headers={"Authorization": "Bearer a\nb"})
