"""Brings what comes over HTTP to the dispatcher, once Slack's signature is checked."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response

from bot.observability.rare_warning import RareWarning
from handlers.dispatch import Dispatcher
from handlers.parsing.bodies import parse_http_body
from handlers.signatures import has_signature, is_recent, is_signed

log = structlog.get_logger(__name__)

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_FORM = "application/x-www-form-urlencoded"
# The field of a form, among others; a token is the other one that Slack sends with it.
_SSL_CHECK_PATTERN = re.compile(rb"(?:[^&]*&){0,8}ssl_check=1(?:&|\Z)")
_MAX_SSL_CHECK_BYTES = 1024


class UnsignedRequests:
    """Tells the log, at most once a minute for each reason, and the metrics of unsigned requests.

    A wrong signing secret, or a wrong clock, looks like this; so does somebody who only tries.
    `count_request` counts them, `clock` returns seconds.
    """

    def __init__(self, count_request: Callable[[], None], clock: Callable[[], float]) -> None:
        self._count_request = count_request
        self._clock = clock
        self._warnings: dict[str, RareWarning] = {}

    def record(self, reason: str) -> None:
        """Note a request that was refused, and why in one word."""
        self._count_request()
        warning = self._warnings.setdefault(reason, RareWarning(self._clock))
        if count := warning.count():
            log.warning("not_signed", reason=reason, count=count)


def build_events_handler(
    dispatcher: Dispatcher, signing_secret: str, unsigned: UnsignedRequests
) -> Handler:
    """Return the handler of `POST /slack/events`.

    It answers 401 to what Slack did not sign, and 400 to a body that is neither JSON nor a form,
    which Slack is told not to send again. All else is acknowledged, except what was not stored.
    """

    def refuse_unsigned(reason: str) -> web.Response:
        unsigned.record(reason)
        refusal = web.json_response({"error": "invalid request"}, status=401)
        refusal.force_close()
        return refusal

    async def receive(request: web.BaseRequest) -> web.StreamResponse:
        now = time.time()
        if not is_recent(request.headers, now=now):
            if await _is_ssl_check(request):
                return web.Response()
            is_stale = has_signature(request.headers)
            return refuse_unsigned("clock" if is_stale else "no_signature")
        raw = await request.read()
        if not is_signed(raw, request.headers, secret=signing_secret, now=now):
            return refuse_unsigned("secret")
        try:
            payload = parse_http_body(raw, request.content_type)
        except ValueError:
            log.info("ignored", reason="unreadable_body")
            headers = {"x-slack-no-retry": "1"}
            return web.json_response({"error": "unreadable"}, status=400, headers=headers)
        response = await dispatcher.dispatch(payload, headers=request.headers)
        return await to_aiohttp_response(response)

    return receive


async def _is_ssl_check(request: web.BaseRequest) -> bool:
    """Whether Slack looks whether the address has a valid certificate: a form with `ssl_check=1`
    that says nothing else, to be answered with 200 (docs.slack.dev, "Slash commands")."""
    length = request.content_length
    if request.content_type != _FORM or length is None or length > _MAX_SSL_CHECK_BYTES:
        return False
    return _SSL_CHECK_PATTERN.match(await request.read()) is not None
