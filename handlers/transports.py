"""Brings events to the Bolt app: over Socket Mode, or over HTTP next to the health page.

Both ways need the small web server for health and metrics.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.domain.errors import SlackError, StartupError, TransientError
from handlers.parsing.messages import is_echo
from handlers.web_api.errors import translate_errors

ReadinessCheck = Callable[[], bool]
ProblemCheck = Callable[[], str]
PageRenderer = Callable[[], Awaitable[bytes]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# An event has at most a few hundred kilobytes; Slack states no limit.
_MAX_EVENT_BYTES = 4 * 1024 * 1024


class _EchoFilteringHandler(AsyncSocketModeHandler):
    """Acknowledges the events that Easel itself has caused and passes the others to Bolt."""

    bot_user_id = ""

    async def handle(self, client: Any, req: SocketModeRequest) -> None:
        if req.type == "events_api" and is_echo(req.payload, bot_user_id=self.bot_user_id):
            await client.send_socket_mode_response(SocketModeResponse(req.envelope_id))
            return
        await super().handle(client, req)


@asynccontextmanager
async def open_socket_mode(
    app: AsyncApp, app_token: str, *, bot_user_id: str
) -> AsyncIterator[ReadinessCheck]:
    """Listen over a WebSocket. Yield a function that says whether it is connected.

    Raises `StartupError` if Slack does not accept the app-level token.
    """
    await _check_app_token(app, app_token)
    handler = _EchoFilteringHandler(app, app_token)
    handler.bot_user_id = bot_user_id
    await handler.connect_async()  # type: ignore[no-untyped-call]
    client = handler.client

    def is_connected() -> bool:
        session = client.current_session
        return session is not None and not session.closed

    try:
        yield is_connected
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def build_events_handler(app: AsyncApp) -> Handler:
    """Return the handler of `POST /slack/events`. Bolt checks the signature and the age."""

    async def receive(request: web.Request) -> web.StreamResponse:
        # Bolt expects a number and fails with 500 on anything else.
        if not request.headers.get("X-Slack-Request-Timestamp", "").isdecimal():
            return web.json_response({"error": "invalid request"}, status=401)
        response = await app.async_dispatch(await to_bolt_request(request))
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


async def _check_app_token(app: AsyncApp, app_token: str) -> None:
    """Ask once whether a socket may be opened, because the client itself would ask for ever."""
    try:
        with translate_errors("apps.connections.open"):
            await app.client.apps_connections_open(app_token=app_token)
    except SlackError as error:
        raise StartupError(
            [
                f"SLACK_APP_TOKEN: Slack answers {error.code}; create an app-level token with"
                " connections:write under “Basic Information”"
            ]
        ) from error
    except TransientError as error:
        raise StartupError([f"SLACK_API_URL: Slack does not open a socket ({error})"]) from error
