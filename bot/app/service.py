"""The composition root: builds and opens every part in order.

What is opened first closes last: storage, the connections to Slack and the model, the worker, and
what events come through.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.background import run_in_background
from bot.app.build_services import build_services
from bot.app.build_slack import SlackAdapters, build_client, create_slack_session
from bot.app.build_stores import Stores
from bot.app.services import Services
from bot.config import Settings, list_service_problems, reveal_secret
from bot.domain.errors import StartupError, StoreError
from bot.observability.health import Health
from bot.observability.loop_watch import LoopWatch
from bot.observability.metrics import Metrics
from bot.queue.worker import Worker
from handlers import register_all
from handlers.dispatch import Dispatcher
from handlers.socket_mode.pace import Pace
from handlers.socket_mode.state import ConnectionState
from handlers.transports import (
    PageRenderer,
    ReadinessCheck,
    SocketModeOptions,
    build_events_handler,
    open_socket_mode,
    open_web_server,
)
from handlers.web_api.client import fetch_identity
from storage.engine.lock import lock_database
from storage.engine.sqlite import open_database

log = structlog.get_logger(__name__)

_DEFAULT_PACE = Pace()


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
    """Serve until `stop_event` is set, which is heeded while anything is still opening, too.

    Raises `StartupError` with every problem at once.
    """
    opened = asyncio.Event()
    serving = asyncio.create_task(_serve(settings, stop_event, opened), name="service")
    stopped = asyncio.create_task(stop_event.wait(), name="stop")
    try:
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done() and not opened.is_set():
            log.info("stopping", reason="not_open_yet")
            serving.cancel()
        await asyncio.wait({serving})
    finally:
        stopped.cancel()
        serving.cancel()  # for a caller that is cancelled
        await asyncio.wait({serving})
    if not serving.cancelled():
        serving.result()


async def _serve(settings: Settings, stop_event: asyncio.Event, opened: asyncio.Event) -> None:
    async with open_service(settings) as service:
        opened.set()
        # What the start has built stays: the garbage collector need not look at it again.
        gc.freeze()
        log.info("listening", address=service.address)
        stopped = asyncio.create_task(stop_event.wait(), name="stop")
        await asyncio.wait({stopped, service.worker_task}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if service.worker_task.done():
            service.worker_task.result()
        log.info("stopping", seconds=settings.grace_seconds)


@asynccontextmanager
async def open_service(settings: Settings, *, pace: Pace = _DEFAULT_PACE) -> AsyncIterator[Service]:
    """Build and open everything. On leaving: accept nothing new, finish or requeue, close.

    `pace` is that of the connection to Slack.
    """
    if problems := list_service_problems(settings):
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
        worker_task = await _start_worker(services.queue, stack, settings)
        dispatcher = _build_dispatcher(settings, session, identity, services)
        state = ConnectionState(metrics, time.monotonic, reminder_seconds=pace.reminder)
        health = _build_health(state, services, metrics)
        page = _build_metrics_page(metrics, stores)
        server = _open_web_server(settings, dispatcher, health, page)
        address = await stack.enter_async_context(server)
        # Last of all: from here on events may arrive.
        options = _build_socket_options(settings, metrics, pace)
        await stack.enter_async_context(_open_events(settings, session, dispatcher, state, options))
        run_in_background(stack, health.watch, "health")

        def is_ready() -> bool:
            return health.is_ready() and not worker_task.done()

        yield Service(address, is_ready, services.wait_until_idle, worker_task)


async def _start_worker(
    worker: Worker, stack: AsyncExitStack, settings: Settings
) -> asyncio.Task[None]:
    """Recover the questions of an earlier process, and work until `stack` closes."""
    loop_watch = LoopWatch(settings.data_dir)
    await worker.recover(has_stalled=loop_watch.take_trace())
    watch_loop = partial(loop_watch.watch, worker.add_suspects)
    run_in_background(stack, watch_loop, "loop-watch")
    task = asyncio.create_task(worker.run(), name="worker")

    async def stop() -> None:
        await worker.stop(settings.grace_seconds)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)
    return task


def _build_metrics_page(metrics: Metrics, stores: Stores) -> PageRenderer:
    async def render_page() -> bytes:
        metrics.tasks.set(len(asyncio.all_tasks()))
        try:
            # Counted in the ledger: after a restart, too, they are as many as there are.
            metrics.set_bills(await stores.ledger.count_bills())
            return metrics.render_page(await stores.queue.read_stats(), stores.database.commits)
        except StoreError:
            return metrics.render_page(None, stores.database.commits)

    return render_page


def _open_web_server(
    settings: Settings, dispatcher: Dispatcher, health: Health, render_page: PageRenderer
) -> AbstractAsyncContextManager[str]:
    """Open the page of health and metrics, and Slack's events where they come over HTTP."""
    secret = reveal_secret(settings.slack_signing_secret)
    return open_web_server(
        settings.host,
        settings.port,
        find_problem=health.find_problem,
        render_page=render_page,
        handle_events=None if settings.is_socket_mode else build_events_handler(dispatcher, secret),
    )


def _build_health(state: ConnectionState, services: Services, metrics: Metrics) -> Health:
    return Health(
        lambda: state.is_connected,
        lambda: services.queue.lease_renewer.renewed_at,
        metrics,
        time.monotonic,
        state.explain,
    )


def _build_socket_options(settings: Settings, metrics: Metrics, pace: Pace) -> SocketModeOptions:
    token = reveal_secret(settings.slack_app_token)
    return SocketModeOptions(token, pace, metrics.count_slack_call)


@asynccontextmanager
async def _open_events(
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


def _build_dispatcher(
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
