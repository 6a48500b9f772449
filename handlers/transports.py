"""Brings events to the Bolt app: over Socket Mode, or over HTTP next to the health page.

Both ways need the small web server for health and metrics.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.response import BoltResponse
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SlackError, StartupError
from handlers.dispatch import Dispatcher
from handlers.parsing.bodies import parse_http_body
from handlers.parsing.frames import Envelope
from handlers.signatures import is_signed
from handlers.socket_mode.connection import Acknowledgement
from handlers.socket_mode.keeper import AddressRequest, ConnectionKeeper
from handlers.socket_mode.pace import Pace
from handlers.socket_mode.state import ConnectionState
from handlers.web_api.client import CallCounter, SlackCalls
from handlers.web_api.errors import build_unavailable_error

log = structlog.get_logger(__name__)

ReadinessCheck = Callable[[], bool]
ProblemCheck = Callable[[], str]
PageRenderer = Callable[[], Awaitable[bytes]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# An event has at most a few hundred kilobytes; Slack states no limit.
_MAX_EVENT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SocketModeOptions:
    """How to reach Slack through Socket Mode. `count_call` counts calls of the Web API."""

    app_token: str
    pace: Pace
    count_call: CallCounter


@asynccontextmanager
async def open_socket_mode(
    client: AsyncWebClient,
    dispatcher: Dispatcher,
    state: ConnectionState,
    options: SocketModeOptions,
) -> AsyncIterator[None]:
    """Listen over a WebSocket that is opened again whenever it ends; `state` tells how it is.

    Raises `StartupError` if Slack refuses the first attempt for good, as it does for a token that
    it does not accept. What may pass by itself is tried again in the background.
    """

    async def handle(envelope: Envelope) -> Acknowledgement | None:
        headers = {"x-slack-retry-num": str(envelope.retry_attempt or 0)}
        if envelope.retry_reason:
            headers["x-slack-retry-reason"] = envelope.retry_reason
        response = await dispatcher.dispatch(
            envelope.payload, headers=headers, kind=envelope.kind or "unknown"
        )
        return _build_acknowledgement(response)

    proxy = load_http_proxy_from_env(logging.getLogger("easel.slack"))
    keeper = ConnectionKeeper(
        build_address_request(client, options), handle, state, options.pace, proxy=proxy
    )
    try:
        await keeper.open()
    except SlackError as error:
        raise StartupError(
            [
                f"SLACK_APP_TOKEN: Slack answers {error.code}; create an app-level token with"
                " connections:write under “Basic Information”"
            ]
        ) from error
    try:
        yield
    finally:
        await keeper.close()


def build_address_request(client: AsyncWebClient, options: SocketModeOptions) -> AddressRequest:
    """Return a function that asks Slack for an address to connect to."""
    calls = SlackCalls(options.count_call)

    async def request_address() -> str:
        method = "apps.connections.open"
        async with calls.call(method, timeout_seconds=options.pace.address):
            response = await client.apps_connections_open(app_token=options.app_token)
            url = response.get("url")
            if not isinstance(url, str) or not url.startswith(("wss://", "ws://")):
                raise build_unavailable_error(method, "no_address")
            return url

    return request_address


def _build_acknowledgement(response: BoltResponse) -> Acknowledgement | None:
    """Return what goes back in an envelope, None if Slack should send the payload again."""
    if response.status != 200:
        return None
    if not response.body:
        return Acknowledgement()
    try:
        body = json.loads(response.body)
    except ValueError:
        body = None
    return Acknowledgement(body if isinstance(body, dict) else {"text": response.body})


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


@asynccontextmanager
async def open_web_server(
    host: str,
    port: int,
    *,
    find_problem: ProblemCheck,
    render_page: PageRenderer,
    handle_events: Handler | None,
) -> AsyncIterator[str]:
    """Serve `/healthz`, `/readyz`, `/metrics` and, in HTTP mode, `/slack/events`.

    Yield the address. `find_problem` returns why no events can be accepted, "" if they can be;
    `render_page` returns the metrics. Raises `StartupError` if the port is not free.
    """

    async def handle_healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def handle_readyz(_request: web.Request) -> web.Response:
        problem = find_problem()
        return web.Response(text=f"{problem or 'ready'}\n", status=503 if problem else 200)

    async def handle_metrics(_request: web.Request) -> web.Response:
        return web.Response(body=await render_page(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    application = web.Application(client_max_size=_MAX_EVENT_BYTES)
    application.router.add_get("/healthz", handle_healthz)
    application.router.add_get("/readyz", handle_readyz)
    application.router.add_get("/metrics", handle_metrics)
    if handle_events is not None:
        application.router.add_post("/slack/events", handle_events)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=3)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise StartupError(
                [f"EASEL_PORT: cannot listen on {host}:{port} ({error.strerror or error})"]
            ) from error
        address = runner.addresses[0]
        yield f"http://{address[0]}:{address[1]}"
    finally:
        await runner.cleanup()
