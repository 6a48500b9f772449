"""How the played Slack brings events: sockets and signed HTTP, deadlines, redelivery, real Bolt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules

GENERAL = "C0GENERAL"
MENTION = "<@U0EASEL> hello"
AT_ONCE = (0.0, 0.0, 0.0)
# Nobody acknowledges in these tests, or at once: the deadline is short, or long enough for anybody.
IMPATIENT = Rules(ack_seconds=0.03, retry_after=AT_ONCE)
PATIENT = Rules(ack_seconds=20.0, retry_after=AT_ONCE, share_delay=0.0)

Frame = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Socket:
    """One plain Socket Mode connection that acknowledges only when told."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self._connection = connection

    async def next(self) -> Frame:
        frame = await self._connection.receive_json(timeout=5)
        assert isinstance(frame, dict)
        return frame

    async def acknowledge(self, frame: Frame) -> None:
        await self._connection.send_json({"envelope_id": frame["envelope_id"]})

    async def say(self, text: str) -> None:
        await self._connection.send_str(text)

    async def ended(self) -> bool:
        return (await self._connection.receive(timeout=5)).type in (
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
        )


@asynccontextmanager
async def connected(slack: PlayedSlack) -> AsyncIterator[Socket]:
    client = AsyncWebClient(base_url=slack.api_url)
    opened = await client.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as connection:
        socket = Socket(connection)
        assert (await socket.next())["type"] == "hello"
        yield socket


@asynccontextmanager
async def running(slack: PlayedSlack, app: AsyncApp) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    try:
        yield
    finally:
        await handler.close_async()


def bolt(slack: PlayedSlack, **more: Any) -> AsyncApp:
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    return AsyncApp(client=client, process_before_response=True, **more)


async def test_an_envelope_carries_the_body_and_a_first_retry_number_of_zero() -> None:
    async with PlayedSlack(PATIENT) as slack, connected(slack) as socket:
        await slack.say(GENERAL, "hello")
        frame = await socket.next()
        await socket.acknowledge(frame)
        await slack.quiet()
        (delivery,) = slack.deliveries
    assert frame["type"] == "events_api" and frame["payload"] == delivery.body
    assert (frame["retry_attempt"], frame["retry_reason"]) == (0, "")
    assert frame["accepts_response_payload"] is False
    assert delivery.acked.is_set() and delivery.attempts == 1


async def test_an_event_nobody_acknowledges_comes_four_times_and_no_more() -> None:
    async with PlayedSlack(IMPATIENT) as slack, connected(slack) as socket:
        await slack.say(GENERAL, "hello")
        frames = [await socket.next() for _ in range(4)]
        await slack.quiet()
        (delivery,) = slack.deliveries
    assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2, 3]
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    assert len({frame["envelope_id"] for frame in frames}) == 4
    assert not delivery.acked.is_set() and delivery.attempts == 4


@pytest.mark.parametrize("noise", ["", "{", "[]", "null", '"x"', '{"envelope_id":"unknown"}', "{}"])
async def test_a_frame_that_acknowledges_nothing_changes_nothing(noise: str) -> None:
    async with PlayedSlack(PATIENT) as slack, connected(slack) as socket:
        await slack.say(GENERAL, "hello")
        frame = await socket.next()
        await socket.say(noise)
        await socket.acknowledge(frame)
        await slack.quiet()
        assert slack.deliveries[0].attempts == 1


async def test_events_wait_for_a_connection() -> None:
    async with PlayedSlack(PATIENT) as slack:
        await slack.say(GENERAL, "while nobody listened")
        async with connected(slack) as socket:
            frame = await socket.next()
            assert frame["payload"]["event"]["text"] == "while nobody listened"
            await socket.acknowledge(frame)
            await slack.quiet()


async def test_each_event_goes_to_one_of_the_connections() -> None:
    async with PlayedSlack(PATIENT) as slack, connected(slack) as one, connected(slack) as two:
        await slack.say(GENERAL, "first")
        await slack.say(GENERAL, "second")
        frames = [await one.next(), await two.next()]
        texts = {frame["payload"]["event"]["text"] for frame in frames}
        assert texts == {"first", "second"}
        await asyncio.gather(one.acknowledge(frames[0]), two.acknowledge(frames[1]))
        await slack.quiet()


async def test_what_a_lost_connection_did_not_acknowledge_comes_on_the_next() -> None:
    async with PlayedSlack(Rules(ack_seconds=0.2, retry_after=(0.0,))) as slack:
        async with connected(slack) as lost:
            await slack.say(GENERAL, "hello")
            await lost.next()
            await slack.socket.cut()
            assert await lost.ended()
        async with connected(slack) as socket:
            again = await socket.next()
            await socket.acknowledge(again)
            assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
            await slack.quiet()
        assert slack.deliveries[0].acked.is_set()


async def test_ten_connections_are_the_most() -> None:
    async with PlayedSlack(PATIENT) as slack, aiohttp.ClientSession() as session:
        url = slack.origin.replace("http", "ws") + "/socket"
        held = [await session.ws_connect(url) for _ in range(10)]
        numbers = [(await socket.receive_json())["num_connections"] for socket in held]
        assert numbers == list(range(1, 11))
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_connections_can_be_refused_for_a_while() -> None:
    async with PlayedSlack(PATIENT) as slack:
        slack.socket.refuses = True
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with connected(slack):
                pass
        slack.socket.refuses = False
        async with connected(slack):
            assert len(slack.socket.sockets) == 1


async def test_a_refresh_tells_every_connection_why() -> None:
    async with PlayedSlack(PATIENT) as slack, connected(slack) as one, connected(slack) as two:
        await slack.socket.refresh("warning")
        for socket in (one, two):
            frame = await socket.next()
            assert (frame["type"], frame["reason"]) == ("disconnect", "warning")


async def test_real_bolt_hears_a_mention_and_answers_in_its_thread() -> None:
    async with PlayedSlack(PATIENT) as slack:
        app = bolt(slack)

        @app.event("app_mention")
        async def mentioned(event: Frame, say: Any) -> None:
            await say(text=f"you said: {event['text']}", thread_ts=event["ts"])

        @app.event("message")
        async def heard() -> None:
            pass

        async with running(slack, app):
            root = await slack.say(GENERAL, MENTION)
            (reply,) = await slack.reply_in(GENERAL, root)
            await slack.quiet()
        assert reply.text == f"you said: {MENTION}"
        # The two views and the echo of the answer, each acknowledged the first time.
        assert [d.attempts for d in slack.deliveries] == [1, 1, 1]


async def test_real_bolt_leaves_what_nobody_listens_to_unacknowledged() -> None:
    async with PlayedSlack(Rules(ack_seconds=0.05, retry_after=AT_ONCE)) as slack:
        async with running(slack, bolt(slack)):
            delivery = slack.emit({"type": "reaction_added", "user": "U0ALEX"})
            await slack.quiet()
        assert delivery.attempts == 4 and not delivery.acked.is_set()


async def test_real_bolt_whose_listener_fails_is_sent_the_event_again() -> None:
    async with PlayedSlack(Rules(ack_seconds=1.0, retry_after=AT_ONCE)) as slack:
        app, attempts = bolt(slack), []

        @app.event("message")
        async def heard(request: Any) -> None:
            attempts.append(request.headers["x-slack-retry-num"])
            if len(attempts) == 1:
                raise RuntimeError("the store is away")

        async with running(slack, app):
            await slack.say(GENERAL, "hello")
            await slack.quiet()
        assert attempts == [["0"], ["1"]]


async def test_real_bolt_connects_again_when_told_to() -> None:
    async with PlayedSlack(PATIENT) as slack:
        app = bolt(slack)

        @app.event("message")
        async def heard() -> None:
            pass

        async with running(slack, app):
            await slack.socket.refresh("refresh_requested")
            await slack.until(lambda: len(slack.called("apps.connections.open")) == 2)
            await slack.say(GENERAL, "still there?")
            await slack.quiet()
        assert slack.deliveries[0].acked.is_set()


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """Serve `handler` at an address for events; yield the address."""
    application = web.Application()
    application.router.add_post("/slack/events", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


async def test_real_bolt_takes_signed_events_over_http() -> None:
    heard: list[str] = []
    apps: list[AsyncApp] = []

    async def receive(request: web.Request) -> web.StreamResponse:
        answer = await apps[0].async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    async with listening(receive) as url, PlayedSlack(PATIENT, request_url=url) as slack:
        app = bolt(slack, signing_secret=slack.signing_secret)
        apps.append(app)

        @app.event("message")
        async def take(event: Frame) -> None:
            heard.append(event["text"])

        await slack.say(GENERAL, "over http ☃")
        await slack.quiet()
        (delivery,) = slack.deliveries
    assert heard == ["over http ☃"]
    assert delivery.acked.is_set() and delivery.attempts == 1


async def test_events_over_http_are_signed_and_a_refused_one_comes_again_numbered() -> None:
    seen: list[dict[str, str]] = []
    signatures: list[bool] = []
    verifier = SignatureVerifier(PlayedSlack.signing_secret)

    async def receive(request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        seen.append(headers)
        signatures.append(verifier.is_valid_request(await request.read(), headers))
        assert json.loads(await request.read())["event"]["text"] == "hello"
        return web.Response(status=500 if len(seen) == 1 else 204)

    rules = Rules(ack_seconds=0.5, retry_after=AT_ONCE)
    async with listening(receive) as url, PlayedSlack(rules, request_url=url) as slack:
        await slack.say(GENERAL, "hello")
        await slack.quiet()
        (delivery,) = slack.deliveries
    assert signatures == [True, True]
    assert "x-slack-retry-num" not in seen[0] and seen[1]["x-slack-retry-num"] == "1"
    assert delivery.acked.is_set() and delivery.attempts == 2


async def test_an_address_where_nobody_listens_loses_the_event_in_the_end() -> None:
    async with listening(_refuse) as url:
        pass
    async with PlayedSlack(IMPATIENT, request_url=url) as slack:
        await slack.say(GENERAL, "hello")
        await slack.quiet()
        assert slack.deliveries[0].attempts == 4 and not slack.deliveries[0].acked.is_set()


async def _refuse(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPServiceUnavailable
