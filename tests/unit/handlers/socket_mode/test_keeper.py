"""What keeps the connection outlives its own bugs, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SlackError, TransientError
from bot.observability.metrics import Metrics
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from handlers.parsing.frames import Envelope
from handlers.socket_events import SocketModeOptions, build_address_request
from handlers.socket_mode.connection import Acknowledgement
from handlers.socket_mode.keeper import ConnectionKeeper
from handlers.socket_mode.state import ConnectionState
from tests.support.easel import wait_until
from tests.support.sockets import STEADY_PACE

RULES = Rules(ack_seconds=30.0, retry_after=(0.0, 0.0, 0.0), share_delay=0.0)
Handle = Callable[[Envelope], Awaitable[Acknowledgement | None]]


class Desk:
    """A keeper, and what it was given to handle. `failures` are raised instead of addresses."""

    def __init__(self, slack: PlayedSlack, handle: Handle | None = None, **pace: float) -> None:
        self.handled: list[Envelope] = []
        self.failures: list[BaseException] = []
        self._slack = slack
        self.state = ConnectionState(Metrics(), time.monotonic, reminder_seconds=60.0)
        self.keeper = ConnectionKeeper(
            self._request_address, handle or self._handle, self.state, replace(STEADY_PACE, **pace)
        )

    async def _request_address(self) -> str:
        if self.failures:
            raise self.failures.pop()
        return self._slack.socket.issue_address(self._slack.origin)

    async def _handle(self, envelope: Envelope) -> Acknowledgement:
        self.handled.append(envelope)
        return Acknowledgement()


@asynccontextmanager
async def open_desk(
    handle: Handle | None = None, **pace: float
) -> AsyncIterator[tuple[Desk, PlayedSlack]]:
    async with PlayedSlack(RULES) as slack:
        desk = Desk(slack, handle, **pace)
        await desk.keeper.open()
        try:
            yield desk, slack
        finally:
            await desk.keeper.close()


def list_own_tasks() -> list[str]:
    names = [task.get_name() for task in asyncio.all_tasks()]
    return [name for name in names if name.startswith("slack") or name == "envelope"]


@pytest.mark.parametrize("error", [ZeroDivisionError("a bug"), asyncio.CancelledError()])
async def test_a_task_that_dies_is_started_again(error: BaseException, out: io.StringIO) -> None:
    async with open_desk() as (desk, slack):
        desk.failures = [error]
        await slack.socket.cut()
        slack.send_body({"type": "x"})
        await slack.wait_until_quiet()
        assert [envelope.payload for envelope in desk.handled] == [{"type": "x"}]
        assert "slack_client_died" in out.getvalue() and "a bug" not in out.getvalue()
    assert list_own_tasks() == []


async def test_a_task_that_dies_at_the_start_is_started_again() -> None:
    async with PlayedSlack(RULES) as slack:
        desk = Desk(slack)
        desk.failures = [ZeroDivisionError(), ZeroDivisionError()]
        await desk.keeper.open()
        await wait_until(lambda: desk.state.is_connected)
        await desk.keeper.close()
    assert list_own_tasks() == []


@pytest.mark.parametrize("code", ["something_new", "method_deprecated", "accesslimited"])
async def test_what_may_pass_does_not_end_the_start(code: str) -> None:
    async with PlayedSlack(RULES) as slack:
        desk = Desk(slack)
        desk.failures = [SlackError(code, "apps.connections.open")]
        await desk.keeper.open()
        await wait_until(lambda: desk.state.is_connected)
        await desk.keeper.close()


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "missing_scope"])
async def test_a_refusal_for_good_ends_the_start_and_only_the_start(code: str) -> None:
    refusal = SlackError(code, "apps.connections.open")
    async with PlayedSlack(RULES) as slack:
        desk = Desk(slack)
        desk.failures = [refusal]
        with pytest.raises(SlackError):
            await desk.keeper.open()
    assert list_own_tasks() == []
    async with open_desk() as (desk, slack):
        desk.failures = [refusal]
        await slack.socket.cut()
        await wait_until(lambda: slack.socket.handshakes >= 2)


async def test_an_outage_is_no_reason_to_ask_before_slack_wants_to_be_asked() -> None:
    async with open_desk(rebuild=0.1) as (desk, slack):
        desk.failures = [TransientError("later", retry_after=0.8)]
        cut_at = time.monotonic()
        await slack.socket.cut()
        await wait_until(lambda: slack.socket.handshakes >= 2)
        assert time.monotonic() - cut_at >= 0.8


async def test_a_replaced_connection_acknowledges_what_it_brought() -> None:
    handling, may_go_on = asyncio.Event(), asyncio.Event()

    async def handle(_envelope: Envelope) -> Acknowledgement:
        handling.set()
        await may_go_on.wait()
        return Acknowledgement()

    async with open_desk(handle) as (_, slack):
        delivery = slack.send_body({"type": "x"})
        await handling.wait()
        await slack.socket.refresh("refresh_requested")
        await wait_until(lambda: slack.socket.handshakes >= 2)
        may_go_on.set()
        await slack.wait_until_quiet()
        assert delivery.attempts == 1 and delivery.acknowledged.is_set()


async def test_closing_acknowledges_what_is_under_way() -> None:
    handling, may_go_on = asyncio.Event(), asyncio.Event()

    async def handle(_envelope: Envelope) -> Acknowledgement:
        handling.set()
        await may_go_on.wait()
        return Acknowledgement()

    async with PlayedSlack(RULES) as slack:
        desk = Desk(slack, handle)
        await desk.keeper.open()
        delivery = slack.send_body({"type": "x"})
        await handling.wait()
        closing = asyncio.create_task(desk.keeper.close())
        await asyncio.sleep(0)
        may_go_on.set()
        await closing
        await slack.wait_until_quiet()
        assert delivery.attempts == 1 and delivery.acknowledged.is_set()
    assert list_own_tasks() == []


async def test_closing_does_not_wait_for_ever_for_what_hangs() -> None:
    handling = asyncio.Event()

    async def handle(_envelope: Envelope) -> None:
        handling.set()
        await asyncio.Event().wait()

    async with PlayedSlack(Rules(ack_seconds=0.1, retry_after=())) as slack:
        desk = Desk(slack, handle, drain=0.1)
        await desk.keeper.open()
        slack.send_body({"type": "x"})
        await handling.wait()
        await asyncio.wait_for(desk.keeper.close(), 60)
    assert list_own_tasks() == []


@asynccontextmanager
async def open_hanging_desk(**pace: float) -> AsyncIterator[tuple[Desk, PlayedSlack]]:
    """Open a desk whose first envelope hangs as it does in a store that cannot be cancelled."""
    handling, may_end = asyncio.Event(), asyncio.Event()

    async def store() -> None:
        handling.set()
        await may_end.wait()

    async def handle(_envelope: Envelope) -> Acknowledgement:
        storing = asyncio.create_task(store())
        try:
            await asyncio.shield(storing)
        finally:
            await asyncio.wait({storing})
        return Acknowledgement()

    async with PlayedSlack(Rules(ack_seconds=60.0, retry_after=())) as slack:
        desk = Desk(slack, handle, **pace)
        await desk.keeper.open()
        try:
            slack.send_body({"type": "x"})
            await handling.wait()
            yield desk, slack
        finally:
            await asyncio.wait_for(desk.keeper.close(), 60)
            may_end.set()
    await wait_until(lambda: list_own_tasks() == [])


async def test_a_store_that_hangs_does_not_hold_up_a_new_connection() -> None:
    async with open_hanging_desk(drain=0.1, rebuild=0.2) as (desk, slack):
        slack.socket.refuses = True
        await slack.socket.cut()
        # The outage lasts until the watchdog builds everything again.
        built_at = desk.keeper._built_at
        await wait_until(lambda: desk.keeper._built_at > built_at)
        slack.socket.refuses = False
        await wait_until(lambda: desk.state.is_connected)


@pytest.mark.parametrize("reason", ["link_disabled", "too_many_websockets"])
async def test_a_store_that_hangs_does_not_hold_up_what_slack_ends(reason: str) -> None:
    async with open_hanging_desk(drain=0.1, rebuild=60.0) as (_, slack):
        await slack.socket.refresh(reason)
        await wait_until(lambda: slack.socket.handshakes >= 2)


async def test_a_store_that_hangs_does_not_hold_up_closing(out: io.StringIO) -> None:
    async with open_hanging_desk(drain=0.1):
        pass
    assert "store_hangs" in out.getvalue()


async def test_a_handler_that_fails_is_a_bug_and_acknowledges_nothing(out: io.StringIO) -> None:
    async def handle(_envelope: Envelope) -> None:
        raise KeyError("a bug")

    async with PlayedSlack(Rules(ack_seconds=0.1, retry_after=())) as slack:
        desk = Desk(slack, handle)
        await desk.keeper.open()
        delivery = slack.send_body({"type": "x"})
        await slack.wait_until_quiet()
        assert not delivery.acknowledged.is_set()
        assert desk.state.is_connected
        await desk.keeper.close()
    assert "envelope_failed" in out.getvalue() and "a bug" not in out.getvalue()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'"x"', "application/json"),
        (b"{", "application/json"),
        (b"<html>", "text/html"),
        (b"welcome", "text/plain"),
        (b"", "application/json"),
        (b"\xff", "application/json"),
        (b'{"ok":true}', "application/json"),
        (b'{"ok":true,"url":5}', "application/json"),
        (b'{"ok":true,"url":"https://slack.com"}', "application/json"),
        (b'{"ok":false}', "application/json"),
        (b'{"ok":false,"error":"fatal_error"}', "application/json"),
    ],
)
async def test_an_answer_without_an_address_may_pass(body: bytes, content_type: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type)

    async with serve(answer) as url, aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=url, session=session)
        counted: list[Any] = []
        options = SocketModeOptions(
            "xapp-x", STEADY_PACE, lambda method, code: counted.append((method, code))
        )
        with pytest.raises(TransientError):
            await build_address_request(client, options)()
    ((method, code),) = counted
    assert method == "apps.connections.open" and code != "ok" and json.dumps(code)


@asynccontextmanager
async def serve(answer: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()
