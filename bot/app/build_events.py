"""Builds what events come through: Bolt and the dispatcher, Socket Mode or the web server."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.services import Services
from bot.config import Settings, reveal_secret
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.observability.rare_warning import RareWarning
from handlers import register_all
from handlers.connections.limits import is_loopback
from handlers.connections.listener import ListenerOptions
from handlers.dispatch import Dispatcher
from handlers.http_events import Handler, UnsignedRequests, build_events_handler
from handlers.socket_events import SocketModeOptions, open_socket_mode
from handlers.socket_mode.pace import Pace
from handlers.socket_mode.state import ConnectionState
from handlers.web_server import (
    PageRenderer,
    build_health_pages,
    build_metrics_page,
    close_connections_while,
    open_web_server,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WebPages:
    """What is served over HTTP: `handle_events` is None in Socket Mode."""

    handle_events: Handler | None
    health: Health
    render_metrics: PageRenderer


@asynccontextmanager
async def open_pages(settings: Settings, pages: WebPages, metrics: Metrics) -> AsyncIterator[str]:
    """Open health, metrics, and Slack's events where they come over HTTP; yield the address.

    Metrics are for this machine only, unless `EASEL_METRICS` says where else.
    """
    options = _build_listener_options(metrics)
    served = build_health_pages(pages.health.find_problem, pages.health.describe)
    if pages.handle_events is not None:
        served["/slack/events"] = {"POST": pages.handle_events}
    metrics_page = build_metrics_page(pages.render_metrics)
    async with AsyncExitStack() as stack:
        if settings.metrics is not None:
            server = open_web_server(
                settings.metrics, metrics_page, options, setting="EASEL_METRICS"
            )
            log.info("metrics_listening", address=await stack.enter_async_context(server))
        main_address = (settings.host, settings.port)
        closing = close_connections_while(lambda: pages.health.is_stopping, served)
        server = open_web_server(
            main_address, closing, options, setting="EASEL_PORT", local_pages=metrics_page
        )
        address = await stack.enter_async_context(server)
        if settings.metrics is None and not is_loopback(urlsplit(address).hostname or ""):
            log.warning("metrics_not_served", reason="EASEL_METRICS")
        yield address


def _build_listener_options(metrics: Metrics) -> ListenerOptions:
    failures, drops = RareWarning(time.monotonic), RareWarning(time.monotonic)

    def record_failure(code: str) -> None:
        metrics.count_http_accept_failure(code)
        if count := failures.count():
            log.warning("accept_failed", code=code, count=count)

    def record_drop(reason: str) -> None:
        metrics.count_http_drop(reason)
        if count := drops.count():
            log.warning("connections_dropped", reason=reason, count=count)

    return ListenerOptions(record_failure, record_drop)


def build_http_handler(
    settings: Settings, dispatcher: Dispatcher, metrics: Metrics
) -> Handler | None:
    """Build the handler of events over HTTP, None in Socket Mode."""
    if settings.is_socket_mode:
        return None
    secret = reveal_secret(settings.slack_signing_secret)
    unsigned = UnsignedRequests(metrics.slack_unsigned_requests.inc, time.monotonic)
    return build_events_handler(dispatcher, secret, unsigned)


def build_socket_options(settings: Settings, metrics: Metrics, pace: Pace) -> SocketModeOptions:
    token = reveal_secret(settings.slack_app_token)
    return SocketModeOptions(token, pace, metrics.count_slack_call)


@asynccontextmanager
async def open_events(
    settings: Settings,
    session: aiohttp.ClientSession,
    dispatcher: Dispatcher,
    state: ConnectionState,
    options: SocketModeOptions,
) -> AsyncIterator[None]:
    """Open Socket Mode; in HTTP mode the web server already takes events."""
    if not settings.is_socket_mode:
        state.record_connected()
        yield
        return
    client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
    client.retry_handlers = []  # every failure is seen, and tried again at our own pace
    async with open_socket_mode(client, dispatcher, state, options):
        yield


def build_dispatcher(
    settings: Settings,
    session: aiohttp.ClientSession,
    identity: AuthorizeResult,
    services: Services,
) -> Dispatcher:
    app = _build_bolt_app(settings, session, identity)
    register_all(app, services)
    return Dispatcher(app, services, bot_user_id=identity.bot_user_id or "")


def _build_bolt_app(
    settings: Settings, session: aiohttp.ClientSession, identity: AuthorizeResult
) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return identity

    # Without a token: `authorize` gives the identity, and saves a call of Bolt's.
    client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
    return AsyncApp(
        # Without a name Bolt looks up the source of every caller, in all modules.
        name="easel",
        client=client,
        authorize=authorize,
        # Bolt's own logger takes the level of the root, and logs every session.
        logger=logging.getLogger("easel.slack"),
        signing_secret=reveal_secret(settings.slack_signing_secret),
        # The listener's commit comes first; the acknowledgement follows it.
        process_before_response=True,
        # Conveniences that Easel does not use; each would cost time with every event.
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
