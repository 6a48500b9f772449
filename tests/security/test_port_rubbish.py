"""Strangers send rubbish, much of it or slowly: a plain refusal, and no trace of it in the log."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiohttp import web

from bot.app.service import open_service
from bot.config import read_settings
from bot.domain.errors import StartupError
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from handlers.connections.limits import ConnectionLimits, Deadlines
from handlers.connections.listener import ListenerOptions
from handlers.web_server import MAX_BODY_BYTES, build_health_pages, open_web_server
from tests.security.port import (
    Strangers,
    build_request,
    check_events_arrive,
    read_log,
    read_response,
    sign,
    wait_until_closed,
)
from tests.support.easel import QUICK_RULES, run_http_easel, wait_until
from tests.support.process import build_settings
from tests.support.sockets import read_metric

FORM = "application/x-www-form-urlencoded"
REFUSALS = {400, 401, 403, 404, 405, 413}
NOW = str(int(time.time()))
BODIES = [
    b"",
    b"{x",
    b"[1]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b"payload=%7Bx",
    b"a=1&" * 9_999,
]
HEADERS = [
    {},
    {"X-Slack-Request-Timestamp": "9" * 5_000, "X-Slack-Signature": "v0=0"},
    {"X-Slack-Request-Timestamp": NOW, "X-Slack-Signature": "v0=\xe9"},
    {"X-Slack-Request-Timestamp": NOW, "X-Slack-Signature": ""},
    {"X-Slack-Request-Timestamp": NOW},
    {"X-Slack-Request-Timestamp": "-1", "X-Slack-Signature": "v0="},
    {"X-Slack-Request-Timestamp": "1e9", "X-Slack-Signature": "v1=" + "0" * 64},
    {"X-Slack-Request-Timestamp": NOW + " ", "X-Slack-Signature": "v0=" + "0" * 64},
    {
        "X-Slack-Request-Timestamp": NOW,
        "X-Slack-Signature": "v0=" + "0" * 64,
        "Expect": "a miracle",
    },
    {"Content-Type": "application/json; charset=\xe9", "Content-Encoding": "zz"},
    {"Content-Type": "multipart/form-data; boundary="},
]
REQUESTS = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /%zz%ff\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET //a:99999999/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET \xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9e9\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: zip\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slack-Signature: v0=0\r\n"
    b"X-Slack-Request-Timestamp: " + NOW.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /slack/events HTTP/1.1\r\n" + b"A: b\r\n" * 1_000 + b"\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000 + b"\r\n\r\n",
    b"GET /slack/events HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /secret HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"DELETE /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nxx",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


@pytest.fixture
def options() -> ListenerOptions:
    dropped: list[str] = []
    limits = ConnectionLimits(total=8, per_address=8)
    deadlines = Deadlines(head=0.3, body=0.5, response=0.5, idle=0.7)
    return ListenerOptions(dropped.append, dropped.append, limits, deadlines)


async def test_rubbish_is_refused_without_a_trace(tmp_path: Path, out: io.StringIO) -> None:
    async with (
        run_http_easel(tmp_path) as (easel, sender),
        Strangers(easel.service.address) as strangers,
    ):
        for headers in HEADERS:
            for body in BODIES:
                status, _ = await strangers.ask(build_request(body, headers))
                assert status in REFUSALS, (headers, body[:20])
        for raw in REQUESTS:
            status, _ = await strangers.ask(raw)
            assert status in REFUSALS, raw[:60]
        await check_events_arrive(easel, sender)
    logged = out.getvalue()
    assert "Traceback" not in logged and '"exception"' not in logged and '"bug"' not in logged
    assert len(read_log(logged, "not_signed")) == 1
    assert len(read_log(logged, "unreadable_requests")) == 1


@pytest.mark.parametrize("content_type", ["application/json", FORM, "text/plain"])
async def test_a_body_of_more_than_a_megabyte_is_refused_before_it_is_read(
    tmp_path: Path, content_type: str
) -> None:
    async with run_http_easel(tmp_path) as (easel, sender):
        body = b"a" * (MAX_BODY_BYTES + 1)
        headers = {**sign(body, sender.signing_secret), "Content-Type": content_type}
        raw = build_request(body, headers)
        async with Strangers(easel.service.address) as strangers:
            # Only the head: the answer does not wait for the rest.
            status, _ = await strangers.ask(raw[: raw.index(b"\r\n\r\n") + 4])
            assert status == 413
            head, _, _ = raw.partition(b"\r\nContent-Length")
            chunked = head + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
            chunked += b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            assert (await strangers.ask(chunked))[0] == 413
        await check_events_arrive(easel, sender)


async def test_what_is_as_large_as_may_be_and_signed_is_taken(tmp_path: Path) -> None:
    async with run_http_easel(tmp_path) as (easel, sender):
        body = json.dumps({"type": "event_callback", "event": {"type": "x"}, "more": ""}).encode()
        body = body[:-2] + b"a" * (MAX_BODY_BYTES - len(body)) + b'"}'
        assert len(body) == MAX_BODY_BYTES
        async with Strangers(easel.service.address) as slack:
            raw = build_request(body, sign(body, sender.signing_secret))
            assert (await slack.ask(raw))[0] == 200


async def test_a_compressed_body_is_not_unpacked_before_its_signature_is_checked(
    tmp_path: Path,
) -> None:
    bomb = gzip.compress(b"0" * 100_000_000)
    async with (
        run_http_easel(tmp_path) as (easel, _sender),
        Strangers(easel.service.address) as strangers,
    ):
        headers = {**sign(bomb, "guessed"), "Content-Encoding": "gzip"}
        assert (await strangers.ask(build_request(bomb, headers)))[0] == 401


async def test_forms_that_are_not_signed_are_not_parsed(tmp_path: Path) -> None:
    """A form of a million fields took a second and a half of everybody's time."""
    form = b"a&" * 500_000
    async with run_http_easel(tmp_path) as (easel, _sender):
        async with Strangers(easel.service.address) as strangers:
            for headers in ({}, sign(form, "guessed")):
                raw = build_request(form, {**headers, "Content-Type": FORM})
                assert (await strangers.ask(raw))[0] == 401
        assert await read_metric(easel, "easel_slack_unsigned_requests_total") == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ssl_check": "1", "token": "xyzz0WbapA4vBCDEFasx0q6G"}, 200),
        ({"token": "xyzz0WbapA4vBCDEFasx0q6G", "ssl_check": "1"}, 200),
        ({"ssl_check": "1"}, 200),
        ({"ssl_check": "0"}, 401),
        ({"ssl_check": "11"}, 401),
        ({"xssl_check": "1"}, 401),
        ({"payload": "{}", "text": "ssl_check=1"}, 401),
        ({"ssl_check": "1", "more": "x" * 2_000}, 401),
    ],
)
async def test_slacks_look_at_the_certificate_needs_no_signature(
    tmp_path: Path, body: dict[str, str], status: int
) -> None:
    async with run_http_easel(tmp_path) as (easel, _sender):
        async with Strangers(easel.service.address) as slack:
            raw = build_request(urlencode(body).encode(), {"Content-Type": FORM})
            assert (await slack.ask(raw))[0] == status
        unsigned = await read_metric(easel, "easel_slack_unsigned_requests_total")
        assert unsigned == (status == 401)
        assert easel.model.requests == []


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
        assert await wait_until_closed(reader, seconds=15)


async def test_a_letter_now_and_then_does_not_put_the_deadline_off(
    options: ListenerOptions,
) -> None:
    async with _serve(options) as address, Strangers(address) as strangers:
        for start in (b"GET / HTTP/1.1\r\nA: ", SLOW["half a body"][:-8]):
            reader, writer = await strangers.send(start)
            loop = asyncio.get_running_loop()
            begun = loop.time()

            _drip(writer)
            assert await wait_until_closed(reader, seconds=15)
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
        dropped = options.record_drop.__self__  # type: ignore[attr-defined]
        await wait_until(lambda: "slow_reader" in dropped)
        transport.resume_reading()
        assert await wait_until_closed(reader, seconds=15)


async def test_a_second_address_has_room_while_the_first_fills_its_own() -> None:
    limits = ConnectionLimits(total=8, per_address=6, min_age_seconds=60)
    options = ListenerOptions(lambda _: None, lambda _: None, limits, Deadlines())
    async with (
        _serve(options) as address,
        Strangers(address) as first,
        Strangers(address) as second,
    ):
        await first.send_many(b"P", 6)
        reader, writer = await asyncio.open_connection(*second.target, local_addr=("127.0.0.2", 0))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await read_response(reader))[0] == 200
        writer.close()


def _serve(options: ListenerOptions) -> AbstractAsyncContextManager[str]:
    async def read_body(request: web.BaseRequest) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    async def send_much(_request: web.BaseRequest) -> web.Response:
        return web.Response(body=b"x" * 1_000_000)

    pages = build_health_pages(lambda: "")
    pages |= {"/body": {"POST": read_body}, "/large": {"GET": send_much}}
    return open_web_server(("127.0.0.1", 0), pages, options, setting="EASEL_PORT")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_on_loopback_metrics_stay_where_they_are(tmp_path: Path, host: str) -> None:
    async with (
        run_http_easel(tmp_path, EASEL_HOST=host) as (easel, _sender),
        Strangers(easel.service.address) as strangers,
    ):
        raw = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        assert (await strangers.ask(raw))[0] == 200


@pytest.mark.parametrize("metrics", ["", "127.0.0.1:0"])
async def test_beyond_loopback_metrics_need_an_address_of_their_own(
    tmp_path: Path, metrics: str, out: io.StringIO
) -> None:
    more = {"EASEL_METRICS": metrics} if metrics else {}
    async with PlayedSlack(QUICK_RULES) as slack, PlayedModel() as model:
        values = {**build_settings(slack, model, tmp_path), "EASEL_PORT": 0, **more}
        values["EASEL_HOST"] = "0.0.0.0"
        async with open_service(read_settings(values, env_file=None)) as service:
            port = service.address.rpartition(":")[2]
            async with Strangers(f"http://127.0.0.1:{port}") as strangers:
                for path, status in ((b"/metrics", 404), (b"/healthz", 200), (b"/readyz", 200)):
                    raw = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path
                    assert (await strangers.ask(raw))[0] == status
            opened = read_log(out.getvalue(), "metrics_listening")
            assert len(opened) == bool(metrics)
            for line in opened:
                async with Strangers(line["address"]) as prometheus:
                    raw = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
                    status, page = await prometheus.ask(raw)
                    assert status == 200 and b"easel_tasks" in page
    assert len(read_log(out.getvalue(), "metrics_not_served")) == (not metrics)


@pytest.mark.parametrize("wrong", ["9464", "host:", ":9464", "host:99999", "host:x", "host: 1"])
def test_an_address_of_metrics_that_is_none_is_named_at_the_start(wrong: str) -> None:
    with pytest.raises(StartupError, match="EASEL_METRICS"):
        read_settings({"EASEL_METRICS": wrong}, env_file=None)
