"""The composition root: builds and opens every part in order.

What is opened first closes last: storage, the connections to Slack and the model, the worker, and
what events come through.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.background import run_in_background
from bot.app.build_services import build_services
from bot.app.build_slack import SlackAdapters, build_client, create_slack_session
from bot.app.build_stores import Stores
from bot.config import Settings, list_service_problems, reveal_secret
from bot.domain.errors import StartupError, StoreError
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.queue.worker import Worker
from handlers import register_all
from handlers.transports import (
    PageRenderer,
    ReadinessCheck,
    build_events_handler,
    open_socket_mode,
    open_web_server,
)
from handlers.web_api.client import fetch_identity
from storage.engine.lock import lock_database
from storage.engine.sqlite import open_database

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """A running Easel. `worker_task` ends only when the service stops, or with a bug.

    `wait_until_idle` waits until nothing is being answered and nothing waits.
    """

    address: str
    is_ready: ReadinessCheck
    wait_until_idle: Callable[[], Awaitable[None]]
    worker_task: asyncio.Task[None]


async def run(settings: Settings, stop_event: asyncio.Event) -> None:
    """Serve until `stop_event` is set. Raises `StartupError` with every problem at once."""
    async with open_service(settings) as service:
        log.info("listening", address=service.address)
        stopped = asyncio.create_task(stop_event.wait(), name="stop")
        await asyncio.wait({stopped, service.worker_task}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if service.worker_task.done():
            service.worker_task.result()
        log.info("stopping", seconds=settings.grace_seconds)


@asynccontextmanager
async def open_service(settings: Settings) -> AsyncIterator[Service]:
    """Build and open everything. On leaving: accept nothing new, finish or requeue, close."""
    problems = list_service_problems(settings)
    if problems:
        raise StartupError(problems)
    async with AsyncExitStack() as stack:
        stack.enter_context(lock_database(settings.database_path))
        database = await stack.enter_async_context(open_database(settings.database_path))
        session = await stack.enter_async_context(create_slack_session())
        client = build_client(settings, session)
        identity = await fetch_identity(client)
        metrics = Metrics()
        slack = SlackAdapters(settings, session, client, identity, metrics)
        stores = Stores(database)
        services = await build_services(settings, stack, stores, slack, metrics)
        worker_task = await _start_worker(services.queue, stack, settings.grace_seconds)
        app = _build_bolt_app(settings, session, identity)
        register_all(app, services)
        connected: list[ReadinessCheck] = []
        health = Health(
            lambda: bool(connected) and connected[0](),
            lambda: services.queue.lease_renewer.renewed_at,
            metrics,
            time.monotonic,
        )
        server = _open_web_server(settings, app, health, _build_metrics_page(metrics, stores))
        address = await stack.enter_async_context(server)
        connected.append(await _connect(settings, stack, app, slack.bot_user_id))
        run_in_background(stack, health.watch(), "health")

        def is_ready() -> bool:
            return health.is_ready() and not worker_task.done()

        yield Service(address, is_ready, services.wait_until_idle, worker_task)


async def _start_worker(
    worker: Worker, stack: AsyncExitStack, grace_seconds: float
) -> asyncio.Task[None]:
    """Recover the questions of an earlier process, and work until `stack` closes."""
    await worker.recover()
    task = asyncio.create_task(worker.run(), name="worker")

    async def stop() -> None:
        await worker.stop(grace_seconds)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)
    return task


def _build_metrics_page(metrics: Metrics, stores: Stores) -> PageRenderer:
    async def render_page() -> bytes:
        try:
            # Counted in the ledger: after a restart, too, they are as many as there are.
            metrics.set_bills(await stores.ledger.count_bills())
            return metrics.render_page(await stores.queue.read_stats(), stores.database.commits)
        except StoreError:
            return metrics.render_page(None, stores.database.commits)

    return render_page


def _open_web_server(
    settings: Settings, app: AsyncApp, health: Health, render_page: PageRenderer
) -> AbstractAsyncContextManager[str]:
    """Open the page of health and metrics, and Slack's events where they come over HTTP."""
    return open_web_server(
        settings.host,
        settings.port,
        find_problem=health.find_problem,
        render_page=render_page,
        handle_events=None if settings.is_socket_mode else build_events_handler(app),
    )


async def _connect(
    settings: Settings, stack: AsyncExitStack, app: AsyncApp, bot_user_id: str
) -> ReadinessCheck:
    """Open Socket Mode, last of all: from here on events may arrive."""
    if not settings.is_socket_mode:
        return lambda: True
    token = reveal_secret(settings.slack_app_token)
    return await stack.enter_async_context(open_socket_mode(app, token, bot_user_id=bot_user_id))


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
