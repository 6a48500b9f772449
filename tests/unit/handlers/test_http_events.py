"""Signed requests through the real web server: what is read, stored and refused."""

from __future__ import annotations

import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from bot.playground.slack.delivery import sign_request
from handlers.http_events import UnsignedRequests, build_events_handler
from tests.support.recording_services import RecordingServices
from tests.support.surfaces import build_event, build_press
from tests.unit.handlers.test_dispatch import build_dispatcher

SECRET = "a secret"
QUESTION = json.dumps(build_event(text="hi", channel="D1", channel_type="im"))
FORM = "application/x-www-form-urlencoded"
Client = TestClient[aiohttp.web.Request, Application]


@asynccontextmanager
async def open_client(
    services: RecordingServices, unsigned: UnsignedRequests | None = None
) -> AsyncIterator[Client]:
    application = Application()
    unsigned = unsigned or UnsignedRequests(lambda: None, time.monotonic)
    handler = build_events_handler(build_dispatcher(services), SECRET, unsigned)
    application.router.add_post("/slack/events", handler)
    async with TestClient(TestServer(application)) as client:
        yield client


async def send(client: Client, body: str, content_type: str, secret: str = SECRET) -> int:
    raw = body.encode()
    headers = {**sign_request(raw, secret, time.time()), "Content-Type": content_type}
    async with client.post("/slack/events", data=raw, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", FORM])
@pytest.mark.parametrize("blank", ["", " ", "\n\t "])
async def test_a_question_is_stored_however_its_body_is_written(
    blank: str, content_type: str
) -> None:
    services = RecordingServices()
    async with open_client(services) as client:
        assert await send(client, blank + QUESTION, content_type) == 200
    assert services.calls == [("submit", "hi")]


async def test_a_pressed_button_comes_as_a_form() -> None:
    services = RecordingServices()
    async with open_client(services) as client:
        body = urlencode({"payload": " " + json.dumps(build_press("easel_retry"))})
        assert await send(client, body, FORM) == 200
    assert services.calls == [("retry", 7, "C0GENERAL", "U0ALEX", False)]


async def test_the_address_is_verified() -> None:
    async with open_client(RecordingServices()) as client:
        body = json.dumps({"type": "url_verification", "challenge": "played"})
        headers = {**sign_request(body.encode(), SECRET, time.time())}
        async with client.post("/slack/events", data=body, headers=headers) as response:
            assert response.status == 200 and "played" in await response.text()


async def test_what_is_not_stored_comes_again() -> None:
    async with open_client(RecordingServices(is_failing=True)) as client:
        assert await send(client, QUESTION, "application/json") == 503


async def test_a_wrong_secret_is_seen_in_the_log_once_a_minute_and_in_the_metrics(
    out: io.StringIO,
) -> None:
    counted: list[None] = []
    seconds = 0.0
    unsigned = UnsignedRequests(lambda: counted.append(None), lambda: seconds)
    services = RecordingServices()
    async with open_client(services, unsigned) as client:
        for seconds in (0.0, 1.0, 59.0, 60.0, 61.0):  # noqa: B007 - read by the clock
            assert await send(client, QUESTION, "application/json", secret="another") == 401
        assert await send(client, QUESTION, "application/json") == 200
    lines = [json.loads(line) for line in out.getvalue().splitlines() if "not_signed" in line]
    assert [(line["level"], line["count"]) for line in lines] == [("warning", 1), ("warning", 3)]
    assert len(counted) == 5 and services.calls == [("submit", "hi")]
    assert {line["reason"] for line in lines} == {"secret"}
    assert "another" not in out.getvalue()


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_wrong_clock_is_told_from_a_wrong_secret_and_from_strangers(
    hours: int, out: io.StringIO
) -> None:
    async with open_client(RecordingServices()) as client:
        raw = QUESTION.encode()
        for headers in ({}, sign_request(raw, SECRET, time.time() + hours * 3600)):
            async with client.post("/slack/events", data=raw, headers=headers) as response:
                assert response.status == 401
    lines = [json.loads(line) for line in out.getvalue().splitlines() if "not_signed" in line]
    assert [line["reason"] for line in lines] == ["no_signature", "clock"]
