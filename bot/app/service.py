"""The composition root: builds every part, opens and closes them in order. Nothing else knows all.

What is opened first closes last: storage, Slack's and the model's connections, the worker, the
door for events.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.build_worker import (
    Built,
    build_slack_clients,
    build_worker,
    create_slack_session,
    run_in_background,
)
from bot.config import Settings, list_service_problems, reveal_secret
from bot.domain.errors import StartupError, StoreError
from bot.files.cache import FileCache
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
from handlers.web_api.client import identify
from storage.engine.lock import lock_database
from storage.engine.sqlite import Database, open_database
from storage.queue.sqlite import SqliteQuestionQueue

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """A running Easel. `ended` is done when its worker has stopped, which it never does alone.

    `until_idle` waits until nothing is being answered and nothing waits.
    """

    address: str
    is_ready: ReadinessCheck
    wait_until_idle: Callable[[], Awaitable[None]]
    worker_task: asyncio.Task[None]


async def run(settings: Settings, stop_event: asyncio.Event) -> None:
    """Serve until `stop` is set. Raises `RefuseToStart` with every problem at once."""
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
    """Build and open everything; on leaving stop taking, finish or put back, close."""
    problems = list_service_problems(settings)
    if problems:
        raise StartupError(problems)
    async with AsyncExitStack() as stack:
        stack.enter_context(lock_database(settings.database_path))
        database = await stack.enter_async_context(open_database(settings.database_path))
        session = await stack.enter_async_context(create_slack_session())
        slack = build_slack_clients(settings, session)
        identity = await identify(slack.client)
        metrics = Metrics()
        built = await build_worker(settings, stack, database, slack, identity, metrics)
        inbox, worker = built.queue, built.worker
        await worker.take_up()
        working = asyncio.create_task(worker.run(), name="worker")
        stack.push_async_callback(_stop_worker, worker, working, settings.grace_seconds)
        app = _build_bolt_app(settings, session, identity)
        _listen(app, built, settings)
        page = _build_metrics_page(metrics, inbox, database)
        inside = _Inside(worker, metrics, page, identity.bot_user_id or "")
        doors = await _open_transports(settings, stack, app, inside)

        def is_ready() -> bool:
            return doors.health.is_ready() and not working.done()

        yield Service(doors.address, is_ready, built.wait_until_idle, working)


@dataclass(frozen=True, slots=True)
class _ListenerServices:
    """Implements `handlers.services.Services`."""

    queue: Worker
    deletion: FileCache
    watch_channels: frozenset[str]


def _listen(app: AsyncApp, built: Built, settings: Settings) -> None:
    services = _ListenerServices(built.worker, built.file_cache, settings.watch_channels)
    register_all(app, services)


async def _stop_worker(
    worker: Worker, worker_task: asyncio.Task[None], grace_seconds: float
) -> None:
    await worker.stop(grace_seconds)
    with contextlib.suppress(asyncio.CancelledError):
        await worker_task


def _build_metrics_page(
    metrics: Metrics, queue: SqliteQuestionQueue, database: Database
) -> PageRenderer:
    async def render_page() -> bytes:
        try:
            return metrics.render_page(await queue.stats(), database.commits)
        except StoreError:
            return metrics.render_page(None, database.commits)

    return render_page


@dataclass(frozen=True, slots=True)
class _Inside:
    """What the doors need of the house."""

    worker: Worker
    metrics: Metrics
    render_page: PageRenderer
    bot_user_id: str


@dataclass(frozen=True, slots=True)
class _Doors:
    address: str
    health: Health


async def _open_transports(
    settings: Settings,
    stack: AsyncExitStack,
    app: AsyncApp,
    services: _Inside,
) -> _Doors:
    """Open what events come through, last of all: from here on they may arrive."""
    connected: list[ReadinessCheck] = []
    health = Health(
        lambda: bool(connected) and connected[0](),
        lambda: services.worker.lease_renewer.renewed_at,
        services.metrics,
        time.monotonic,
    )

    server = open_web_server(
        settings.host,
        settings.port,
        find_problem=health.find_problem,
        render_page=services.render_page,
        handle_events=None if settings.is_socket_mode else build_events_handler(app),
    )
    address = await stack.enter_async_context(server)
    if settings.is_socket_mode:
        socket = open_socket_mode(
            app, reveal_secret(settings.slack_app_token), bot_user_id=services.bot_user_id
        )
        connected.append(await stack.enter_async_context(socket))
    else:
        connected.append(lambda: True)
    run_in_background(stack, health.watch(), "health")
    return _Doors(address, health)


def _build_bolt_app(
    settings: Settings, session: aiohttp.ClientSession, identity: AuthorizeResult
) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return identity

    # Without a token: `authorize` gives it, and saves the call that Bolt would make to learn it.
    client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
    return AsyncApp(
        client=client,
        authorize=authorize,
        # Given, because Bolt's own logger takes the root's level and talks about every session.
        logger=logging.getLogger("easel.slack"),
        signing_secret=reveal_secret(settings.slack_signing_secret),
        # The listener's commit comes first; the acknowledgement follows it.
        process_before_response=True,
        # Conveniences nobody here uses, each paid for with every event.
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
