"""Strangers send rubbish, or much of it: a plain refusal, and no trace of it in the log."""

from __future__ import annotations

import gzip
import io
import json
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from handlers.web_server import MAX_BODY_BYTES
from tests.security.port import (
    Strangers,
    build_request,
    check_events_arrive,
    read_log,
    sign,
)
from tests.support.easel import run_http_easel
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
    reasons = [line["reason"] for line in read_log(logged, "not_signed")]
    assert sorted(reasons) == sorted(set(reasons)) and reasons
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
