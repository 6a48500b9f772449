"""The small web server: health and metrics, and in HTTP mode the address of Slack's events.

Whoever reaches the port is a stranger until a signature says otherwise. See `connections/` for how
many may connect and how long they may take.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from prometheus_client import CONTENT_TYPE_LATEST

from bot.domain.errors import NotNow
from bot.observability.rare_warning import RareWarning
from handlers.connections.guarded import GuardedConnection
from handlers.connections.limits import is_loopback
from handlers.connections.listener import Listener, ListenerOptions, open_sockets
from handlers.http_events import Handler

log = structlog.get_logger(__name__)

ProblemCheck = Callable[[], str]
PageRenderer = Callable[[], Awaitable[bytes]]
# Handlers by path and method.
Pages = Mapping[str, Mapping[str, Handler]]

# An event has at most a few hundred kilobytes; Slack states no limit.
MAX_BODY_BYTES = 1024 * 1024
_LINGER_SECONDS = 2.0
_SHUTDOWN_SECONDS = 3.0


def build_health_pages(
    find_problem: ProblemCheck, describe: Callable[[], str] = lambda: "ready"
) -> dict[str, dict[str, Handler]]:
    """Build `/readyz`, and `/livez` with its older name `/healthz`.

    `find_problem` returns why no events should come here, "" if they may; `describe` what Easel
    says then.
    """

    async def handle_healthz(_request: web.BaseRequest) -> web.Response:
        return web.Response(text="ok\n")

    async def handle_readyz(_request: web.BaseRequest) -> web.Response:
        problem = find_problem()
        return web.Response(text=f"{problem or describe()}\n", status=503 if problem else 200)

    alive: dict[str, Handler] = {"GET": handle_healthz}
    return {"/healthz": alive, "/livez": alive, "/readyz": {"GET": handle_readyz}}


def close_connections_while(is_stopping: Callable[[], bool], pages: Pages) -> Pages:
    """Return `pages` whose answers end their connections while Easel stops, so that whoever keeps
    connections open, as balancers do, opens the next one elsewhere."""

    def extend(handler: Handler) -> Handler:
        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            response = await handler(request)
            if is_stopping():
                response.force_close()
            return response

        return handle

    return {
        path: {method: extend(handler) for method, handler in methods.items()}
        for path, methods in pages.items()
    }


def build_metrics_page(render_page: PageRenderer) -> dict[str, dict[str, Handler]]:
    """Build `/metrics`; `render_page` returns its content."""

    async def handle_metrics(_request: web.BaseRequest) -> web.Response:
        return web.Response(body=await render_page(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return {"/metrics": {"GET": handle_metrics}}


@asynccontextmanager
async def open_web_server(
    address: tuple[str, int],
    pages: Pages,
    options: ListenerOptions,
    *,
    setting: str,
    local_pages: Pages | None = None,
) -> AsyncIterator[str]:
    """Serve `pages` on a host and port; yield the address as people write it.

    `local_pages` are served, too, if only programs of this machine reach that address. Raises
    `StartupError`, which names `setting`, if the port is not free.
    """
    host, port = address
    try:
        sockets = await open_sockets(host, port)
    except OSError as error:
        problem = f"{setting}: cannot listen on {host}:{port} ({error.strerror or error})"
        raise NotNow([problem]) from error
    bound = [opened.getsockname() for opened in sockets]
    if local_pages and all(is_loopback(str(name[0])) for name in bound):
        pages = {**pages, **local_pages}
    server = _build_server(pages)
    runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        async with Listener(sockets, server, options).listen():
            yield _format_address(str(bound[0][0]), int(bound[0][1]))
    finally:
        await runner.cleanup()


def _format_address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _build_server(pages: Pages) -> web.Server:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await _serve(request, pages)
        except ConnectionError:
            # The other side has gone, or was cut. aiohttp would log it as an error of ours.
            return web.Response()

    errors = logging.getLogger("easel.http")
    errors.handlers, errors.propagate = [_ErrorHandler()], False
    return web.Server(
        handle,
        request_factory=_build_request,
        access_log=None,
        logger=errors,
        lingering_time=_LINGER_SECONDS,
        # What is signed are the bytes as they came. Slack compresses nothing.
        auto_decompress=False,
    )


async def _serve(request: web.BaseRequest, pages: Pages) -> web.StreamResponse:
    """Answer a request. Raises `ConnectionError` once the connection is gone."""
    connection = _find_connection(request)
    connection.begin_work()
    response = await _answer(request, pages)
    connection.begin_response()
    await response.prepare(request)
    await response.write_eof()
    await request.writer.drain()
    connection.finish_request()
    return response


class _Request(web.BaseRequest):
    """A request whose body has a deadline and a largest size."""

    async def read(self) -> bytes:
        """Return the body as it came. Raises `HTTPRequestEntityTooLarge`."""
        if (self.content_length or 0) > MAX_BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES)
        connection = _find_connection(self)
        connection.begin_body()
        raw = await super().read()
        connection.begin_work()
        return raw


def _build_request(*parts: Any) -> web.BaseRequest:
    message, payload, protocol, writer, task = parts
    loop = task.get_loop()
    return _Request(message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY_BYTES)


def _find_connection(request: web.BaseRequest) -> GuardedConnection:
    protocol = request.transport.get_protocol() if request.transport else None
    if not isinstance(protocol, GuardedConnection):
        raise ConnectionResetError  # cut a moment ago
    return protocol


async def _answer(request: web.BaseRequest, pages: Pages) -> web.StreamResponse:
    try:
        methods = pages.get(request.path)
        if methods is None:
            return _refuse(404, "There is no such page.")
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            refusal = _refuse(405, "This page does not take that method.")
            refusal.headers["Allow"] = ", ".join(sorted(methods))
            return refusal
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        return _refuse(413, "That is more than 1 MB.")
    except web.RequestPayloadError:
        return _refuse(400, "The request cannot be read.")


def _refuse(status: int, sentence: str) -> web.Response:
    """Refuse a request; what may come of it still is not read."""
    refusal = web.Response(status=status, text=f"{sentence}\n")
    refusal.force_close()
    return refusal


class _ErrorHandler(logging.Handler):
    """Brings what aiohttp logs to our log: what cannot be read is counted, the rest is a bug."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._unreadable = RareWarning(time.monotonic)

    def emit(self, record: logging.LogRecord) -> None:
        raised = record.exc_info[1] if record.exc_info else None
        if isinstance(raised, HttpProcessingError):
            if count := self._unreadable.count():
                log.warning("unreadable_requests", error=type(raised).__name__, count=count)
        else:
            log.error("bug", at="web_server", exc_info=raised)
