"""The composition root: builds and opens every part in order.

What is opened first closes last: storage, the connections to Slack and the model, the worker, and
what events come through.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.background import run_in_background
from bot.app.build_events import (
    WebPages,
    build_dispatcher,
    build_http_handler,
    build_socket_options,
    open_events,
    open_pages,
)
from bot.app.build_services import build_services
from bot.app.build_slack import SlackAdapters, build_client, create_slack_session
from bot.app.build_stores import Stores
from bot.app.collector import set_collector_pace, share_one_heap
from bot.app.data.database import open_database
from bot.app.data.protect_data import protect_data
from bot.app.replicas.folder import take_replica_folder
from bot.app.services import Services
from bot.app.start_log import log_new_database, log_start
from bot.app.threads import start_threads
from bot.config import Settings, list_service_problems
from bot.domain.errors import StartupError, StoreError
from bot.observability.health import Health
from bot.observability.loop_watch import LoopWatch
from bot.observability.metrics import Metrics
from bot.queue.worker import Worker
from handlers.socket_mode.pace import Pace
from handlers.socket_mode.state import ConnectionState
from handlers.web_api.client import fetch_identity
from handlers.web_server import PageRenderer
from storage.engine.lock import lock_database

log = structlog.get_logger(__name__)

_DEFAULT_PACE = Pace()
ReadinessCheck = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Service:
    """A running Easel. `worker_task` ends only when the service stops, or with a bug.

    `wait_until_idle` waits until nothing is being answered and nothing waits. After `begin_stop`
    nothing new is answered, and events are still stored.
    """

    address: str
    is_ready: ReadinessCheck
    wait_until_idle: Callable[[], Awaitable[None]]
    begin_stop: Callable[[], None]
    worker_task: asyncio.Task[None]


async def run(settings: Settings, stop_event: asyncio.Event) -> None:
    """Serve until `stop_event` is set, which is heeded while anything is still opening, too.

    Raises `StartupError` with every problem at once.
    """
    share_one_heap()
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
    log.info("stopped")


async def _serve(settings: Settings, stop_event: asyncio.Event, opened: asyncio.Event) -> None:
    async with open_service(settings) as service:
        opened.set()
        set_collector_pace()
        log.info("listening", address=service.address)
        stopped = asyncio.create_task(stop_event.wait(), name="stop")
        await asyncio.wait({stopped, service.worker_task}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if service.worker_task.done():
            service.worker_task.result()
        log.info("stopping", seconds=settings.grace_seconds)
        await _serve_while_draining(service, settings.drain_seconds)


async def _serve_while_draining(service: Service, seconds: float) -> None:
    """Say that events should go elsewhere, and take those that still come for `seconds`."""
    service.begin_stop()
    if seconds:
        log.info("draining", seconds=seconds)
        await asyncio.sleep(seconds)


@asynccontextmanager
async def open_service(settings: Settings, *, pace: Pace = _DEFAULT_PACE) -> AsyncIterator[Service]:
    """Build and open everything. On leaving: accept nothing new, finish or requeue, close.

    `pace` is that of the connection to Slack.
    """
    if problems := list_service_problems(settings):
        raise StartupError(problems)
    start_threads()
    async with AsyncExitStack() as stack:
        stores = await _open_stores(settings, stack)
        session = await stack.enter_async_context(create_slack_session())
        client = build_client(settings, session)
        identity = await _fetch_workspace(settings, client)
        metrics = Metrics()
        slack = SlackAdapters(settings, session, client, identity, metrics)
        services = await build_services(settings, stack, stores, slack, metrics)
        worker_task = await _start_worker(services.queue, stack, settings, stores.folder)
        dispatcher = build_dispatcher(settings, session, identity, services)
        state = ConnectionState(metrics, time.monotonic, reminder_seconds=pace.reminder)
        health = _build_health(settings, state, services, metrics)
        handle_events = build_http_handler(settings, dispatcher, metrics)
        pages = WebPages(handle_events, health, _build_metrics_page(metrics, stores))
        address = await stack.enter_async_context(open_pages(settings, pages, metrics))
        # Last of all: from here on events may arrive.
        options = build_socket_options(settings, metrics, pace)
        await stack.enter_async_context(open_events(settings, session, dispatcher, state, options))
        run_in_background(stack, health.watch, "health")

        yield _build_service(address, health, services, worker_task)


def _build_service(
    address: str, health: Health, services: Services, worker_task: asyncio.Task[None]
) -> Service:
    def is_ready() -> bool:
        return health.is_ready() and not worker_task.done()

    def begin_stop() -> None:
        health.begin_stop()
        services.queue.begin_stop()

    return Service(address, is_ready, services.wait_until_idle, begin_stop, worker_task)


async def _fetch_workspace(settings: Settings, client: AsyncWebClient) -> AuthorizeResult:
    """Ask Slack who the token belongs to, and log what holds from now on."""
    identity = await fetch_identity(client)
    log_start(settings, identity.team_id or "")
    return identity


async def _open_stores(settings: Settings, stack: AsyncExitStack) -> Stores:
    """Keep the data to this user, a SQLite file to this process, and open the database."""
    await asyncio.to_thread(protect_data, settings.data_dir)
    folder = settings.data_dir
    if settings.is_replicated:
        folder = stack.enter_context(take_replica_folder(settings.data_dir))
    else:
        log_new_database(settings)
        stack.enter_context(lock_database(settings.database_path))
    database = await stack.enter_async_context(open_database(settings))
    own_seconds = 60.0 * settings.asker_minutes
    stores = Stores(database, folder, settings.postgres_url, own_seconds=own_seconds)
    if stores.announcements is not None:
        run_in_background(stack, stores.announcements.run, "announcements")
    return stores


async def _start_worker(
    worker: Worker, stack: AsyncExitStack, settings: Settings, folder: Path
) -> asyncio.Task[None]:
    """Recover the questions of an earlier process, and work until `stack` closes.

    The trace of a stalled loop is in `folder`, which is this replica's own.
    """
    loop_watch = LoopWatch(folder)
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


def _build_health(
    settings: Settings, state: ConnectionState, services: Services, metrics: Metrics
) -> Health:
    return Health(
        lambda: state.is_connected,
        lambda: services.queue.lease_renewer.renewed_at,
        metrics,
        time.monotonic,
        state.explain,
        # A process without replicas is deaf then: its events go to other programs.
        lambda: settings.is_replicated and state.is_crowded,
    )
