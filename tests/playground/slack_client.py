"""Calls and observes the played Slack as an app does: its client, its events, events over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_client(slack: PlayedSlack, token: str | None = None) -> AsyncWebClient:
    """Build Slack's own client for the played Web API."""
    return AsyncWebClient(token=token or slack.bot_token, base_url=slack.api_url)


async def expect_error(client: AsyncWebClient, method: str, **args: object) -> str:
    """Call a method that must fail; return Slack's error code."""
    with pytest.raises(SlackApiError) as failure:
        await client.api_call(method, json=args)
    return str(failure.value.response["error"])


def get_last_event(slack: PlayedSlack) -> dict[str, Any]:
    event = slack.deliveries[-1].body["event"]
    assert isinstance(event, dict)
    return event


@asynccontextmanager
async def serve_events(handler: Handler) -> AsyncIterator[str]:
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
