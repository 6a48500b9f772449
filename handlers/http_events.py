"""Brings what comes over HTTP to the dispatcher, once Slack's signature is checked."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response

from handlers.dispatch import Dispatcher
from handlers.parsing.bodies import parse_http_body
from handlers.signatures import is_signed

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_events_handler(dispatcher: Dispatcher, signing_secret: str) -> Handler:
    """Return the handler of `POST /slack/events`.

    It answers 401 to what Slack did not sign, and 400 to a body that is neither JSON nor a form,
    which Slack is told not to send again. All else is acknowledged, except what was not stored.
    """

    async def receive(request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if not is_signed(raw, request.headers, secret=signing_secret, now=time.time()):
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            payload = parse_http_body(raw, request.content_type)
        except ValueError:
            log.info("ignored", reason="unreadable_body")
            headers = {"x-slack-no-retry": "1"}
            return web.json_response({"error": "unreadable"}, status=400, headers=headers)
        response = await dispatcher.dispatch(payload, headers=request.headers)
        return await to_aiohttp_response(response)

    return receive
