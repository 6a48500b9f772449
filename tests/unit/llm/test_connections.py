"""Few requests reuse few connections, and what breaks is told by httpx's names."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import httpx
import pytest
from aiohttp import web

from bot.llm.connections import AiohttpTransport, WaryConnector
from tests.support.easel import wait_until

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


@pytest.fixture
async def server() -> AsyncIterator[CountingServer]:
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


def build_tls(protocol: int) -> ssl.SSLContext:
    """Build TLS without certificates, which need not be made for it."""
    context = ssl.SSLContext(protocol)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AECDH-AES256-SHA:@SECLEVEL=0")
    return context


def open_client(*, idle_seconds: float = 30.0, **timeouts: float) -> httpx.AsyncClient:
    transport = AiohttpTransport(idle_seconds=idle_seconds)
    return httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(5.0, **timeouts))


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


async def test_a_long_body_arrives_whole(server: CountingServer) -> None:
    async with open_client() as http:
        response = await http.post(f"{server.url}/echo", content=LONG_BODY)
    assert response.content == LONG_BODY


async def test_an_answer_may_come_before_the_body_was_read() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge")

    async with serve(refuse) as where, open_client(write=0.2) as http:
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
    async with serve(handle) as where, open_client(read=0.1) as http:
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
