"""The small web server: health and metrics, and in HTTP mode the address of Slack's events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.domain.errors import StartupError
from handlers.http_events import Handler

ProblemCheck = Callable[[], str]
PageRenderer = Callable[[], Awaitable[bytes]]

# An event has at most a few hundred kilobytes; Slack states no limit.
_MAX_EVENT_BYTES = 4 * 1024 * 1024


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
    application = _build_application(find_problem, render_page)
    if handle_events is not None:
        application.router.add_post("/slack/events", handle_events)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=3)
    await runner.setup()
    try:
        yield await _start_site(runner, host, port)
    finally:
        await runner.cleanup()


def _build_application(find_problem: ProblemCheck, render_page: PageRenderer) -> web.Application:
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
    return application


async def _start_site(runner: web.AppRunner, host: str, port: int) -> str:
    """Return the address. Raises `StartupError` if the port is not free."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise StartupError(
            [f"EASEL_PORT: cannot listen on {host}:{port} ({error.strerror or error})"]
        ) from error
    address = runner.addresses[0]
    return f"http://{address[0]}:{address[1]}"
