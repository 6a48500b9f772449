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

_LOG_INTERVAL_SECONDS = 60.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class UnsignedRequests:
    """Tells the log, at most once a minute, and the metrics of requests that are not signed.

    A wrong signing secret, or a wrong clock, looks like this; so does somebody who only tries.
    `count_request` counts them, `clock` returns seconds.
    """

    def __init__(self, count_request: Callable[[], None], clock: Callable[[], float]) -> None:
        self._count_request = count_request
        self._clock = clock
        self._logged_at: float | None = None
        self._unlogged = 0

    def record(self) -> None:
        """Note a request that was refused."""
        self._count_request()
        self._unlogged += 1
        now = self._clock()
        if self._logged_at is not None and now - self._logged_at < _LOG_INTERVAL_SECONDS:
            return
        log.warning("not_signed", reason="secret_or_clock", count=self._unlogged)
        self._logged_at, self._unlogged = now, 0


def build_events_handler(
    dispatcher: Dispatcher, signing_secret: str, unsigned: UnsignedRequests
) -> Handler:
    """Return the handler of `POST /slack/events`.

    It answers 401 to what Slack did not sign, and 400 to a body that is neither JSON nor a form,
    which Slack is told not to send again. All else is acknowledged, except what was not stored.
    """

    async def receive(request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if not is_signed(raw, request.headers, secret=signing_secret, now=time.time()):
            unsigned.record()
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
