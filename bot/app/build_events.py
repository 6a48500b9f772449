"""Builds what events come through: Bolt and the dispatcher, Socket Mode or the web server."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.services import Services
from bot.config import Settings, reveal_secret
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from handlers import register_all
from handlers.dispatch import Dispatcher
from handlers.http_events import Handler, UnsignedRequests, build_events_handler
from handlers.socket_events import SocketModeOptions, open_socket_mode
from handlers.socket_mode.pace import Pace
from handlers.socket_mode.state import ConnectionState
from handlers.web_server import PageRenderer, open_web_server


def open_pages(
    settings: Settings, handle_events: Handler | None, health: Health, render_page: PageRenderer
) -> AbstractAsyncContextManager[str]:
    """Open the page of health and metrics, and Slack's events where they come over HTTP."""
    return open_web_server(
        settings.host,
        settings.port,
        find_problem=health.find_problem,
        render_page=render_page,
        handle_events=handle_events,
    )


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
