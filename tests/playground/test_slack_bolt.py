"""Runs real Bolt against the played Slack, over a socket and over signed HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.playground.slack_client import build_client, serve_events
from tests.support.answers import wait_for_answers

GENERAL = "C0GENERAL"
MENTION = "<@U0EASEL> hello"
NO_RETRY_DELAYS = (0.0, 0.0, 0.0)
# Tests with these rules acknowledge everything at once; the deadline is for a busy machine.
PATIENT_RULES = Rules(ack_seconds=20.0, retry_after=NO_RETRY_DELAYS)

Frame = dict[str, Any]


@asynccontextmanager
async def run_app(slack: PlayedSlack, app: AsyncApp) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    try:
        yield
    finally:
        await handler.close_async()


def build_app(slack: PlayedSlack, **more: Any) -> AsyncApp:
    return AsyncApp(name="easel", client=build_client(slack), process_before_response=True, **more)


async def test_real_bolt_hears_a_mention_and_answers_in_its_thread() -> None:
    async with PlayedSlack(PATIENT_RULES) as slack:
        app = build_app(slack)

        @app.event("app_mention")
        async def answer_mention(event: Frame, say: Any) -> None:
            await say(text=f"you said: {event['text']}", thread_ts=event["ts"])

        @app.event("message")
        async def ignore_message() -> None:
            pass

        async with run_app(slack, app):
            root = await slack.post_as_person(GENERAL, MENTION)
            (reply,) = await wait_for_answers(slack, GENERAL, root)
            await slack.wait_until_quiet()
        assert reply.text == f"you said: {MENTION}"
        # The two views and the echo of the answer, each acknowledged the first time.
        assert [d.attempts for d in slack.deliveries] == [1, 1, 1]


async def test_real_bolt_leaves_what_nobody_listens_to_unacknowledged() -> None:
    async with PlayedSlack(Rules(ack_seconds=0.05, retry_after=NO_RETRY_DELAYS)) as slack:
        async with run_app(slack, build_app(slack)):
            delivery = slack.emit({"type": "reaction_added", "user": "U0ALEX"})
            await slack.wait_until_quiet()
        assert delivery.attempts == 4 and not delivery.acknowledged.is_set()


async def test_real_bolt_whose_listener_fails_is_sent_the_event_again() -> None:
    async with PlayedSlack(Rules(ack_seconds=1.0, retry_after=NO_RETRY_DELAYS)) as slack:
        app, attempts = build_app(slack), []

        @app.event("message")
        async def handle_message(request: Any) -> None:
            attempts.append(request.headers["x-slack-retry-num"])
            if len(attempts) == 1:
                raise RuntimeError("the store is away")

        async with run_app(slack, app):
            await slack.post_as_person(GENERAL, "hello")
            await slack.wait_until_quiet()
        # On a busy machine the second acknowledgement may be late as well.
        assert attempts[:2] == [["0"], ["1"]] and slack.deliveries[0].acknowledged.is_set()


async def test_real_bolt_connects_again_when_told_to() -> None:
    async with PlayedSlack(PATIENT_RULES) as slack:
        app = build_app(slack)

        @app.event("message")
        async def record_message() -> None:
            pass

        async with run_app(slack, app):
            await slack.socket.refresh("refresh_requested")
            await slack.wait_until(lambda: len(slack.list_calls("apps.connections.open")) == 2)
            await slack.post_as_person(GENERAL, "still there?")
            await slack.wait_until_quiet()
        assert slack.deliveries[0].acknowledged.is_set()


async def test_real_bolt_takes_signed_events_over_http() -> None:
    heard: list[str] = []
    apps: list[AsyncApp] = []

    async def receive(request: web.Request) -> web.StreamResponse:
        answer = await apps[0].async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    once = Rules(ack_seconds=5.0, retry_after=())
    async with serve_events(receive) as url, PlayedSlack(once, request_url=url) as slack:
        app = build_app(slack, signing_secret=slack.signing_secret)
        apps.append(app)

        @app.event("message")
        async def take(event: Frame) -> None:
            heard.append(event["text"])

        await slack.post_as_person(GENERAL, "over http ☃")
        await slack.wait_until_quiet()
        (delivery,) = slack.deliveries
    assert heard == ["over http ☃"]
    assert delivery.acknowledged.is_set() and delivery.attempts == 1


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

    async with serve_events(receive) as url, PlayedSlack(PATIENT_RULES, request_url=url) as slack:
        await slack.post_as_person(GENERAL, "hello")
        await slack.wait_until_quiet()
        (delivery,) = slack.deliveries
    assert signatures == [True, True]
    assert "x-slack-retry-num" not in seen[0] and seen[1]["x-slack-retry-num"] == "1"
    assert delivery.acknowledged.is_set() and delivery.attempts == 2


async def test_an_address_where_nobody_listens_loses_the_event_in_the_end() -> None:
    async with serve_events(_refuse) as url:
        pass
    async with PlayedSlack(
        Rules(ack_seconds=0.03, retry_after=NO_RETRY_DELAYS), request_url=url
    ) as slack:
        await slack.post_as_person(GENERAL, "hello")
        await slack.wait_until_quiet()
        assert slack.deliveries[0].attempts == 4 and not slack.deliveries[0].acknowledged.is_set()


async def _refuse(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPServiceUnavailable
