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

from bot.app.build_worker import Built, build_worker, in_background, slack_session, slack_ways
from bot.config import Settings, secret, service_problems
from bot.domain.errors import RefuseToStart, StoreFailed
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.queue.worker import Worker
from handlers import actions, deletions, messages, shortcuts
from handlers import stop as stops
from handlers.transports import Page, Ready, slack_events, socket_mode, web_server
from handlers.web_api.client import identify
from storage.engine.lock import only_one
from storage.engine.sqlite import Database, open_database
from storage.queue.sqlite import SqliteInbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """A running Easel. `ended` is done when its worker has stopped, which it never does alone.

    `until_idle` waits until nothing is being answered and nothing waits.
    """

    address: str
    ready: Ready
    until_idle: Callable[[], Awaitable[None]]
    ended: asyncio.Task[None]


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set. Raises `RefuseToStart` with every problem at once."""
    async with serving(settings) as service:
        log.info("listening", address=service.address)
        stopped = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait({stopped, service.ended}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if service.ended.done():
            service.ended.result()
        log.info("stopping", seconds=settings.grace_seconds)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Service]:
    """Build and open everything; on leaving stop taking, finish or put back, close."""
    problems = service_problems(settings)
    if problems:
        raise RefuseToStart(problems)
    async with AsyncExitStack() as stack:
        stack.enter_context(only_one(settings.database_path))
        database = await stack.enter_async_context(open_database(settings.database_path))
        session = await stack.enter_async_context(slack_session())
        slack = slack_ways(settings, session)
        identity = await identify(slack.client)
        metrics = Metrics()
        built = await build_worker(settings, stack, database, slack, identity, metrics)
        inbox, worker = built.inbox, built.worker
        await worker.take_up()
        working = asyncio.create_task(worker.run(), name="worker")
        stack.push_async_callback(_stop, worker, working, settings.grace_seconds)
        app = _bolt_app(settings, session, identity)
        _listen(app, built, settings)
        page = _metrics_page(metrics, inbox, database)
        inside = _Inside(worker, metrics, page, identity.bot_user_id or "")
        doors = await _open_doors(settings, stack, app, inside)

        def ready() -> bool:
            return doors.health.ready() and not working.done()

        yield Service(doors.address, ready, built.until_idle, working)


def _listen(app: AsyncApp, built: Built, settings: Settings) -> None:
    worker = built.worker
    messages.register(app, worker.submit, watched=settings.watch_channels)
    deletions.register(app, built.copies, worker.stop_question)
    actions.register(app, worker.retry)
    stops.register(app, worker.stop_in)
    shortcuts.register(app, worker.submit)
    messages.acknowledge_the_rest(app)


async def _stop(worker: Worker, working: asyncio.Task[None], grace: float) -> None:
    await worker.stop(grace)
    with contextlib.suppress(asyncio.CancelledError):
        await working


def _metrics_page(metrics: Metrics, inbox: SqliteInbox, database: Database) -> Page:
    async def page() -> bytes:
        try:
            return metrics.page(await inbox.census(), database.commits)
        except StoreFailed:
            return metrics.page(None, database.commits)

    return page


@dataclass(frozen=True, slots=True)
class _Inside:
    """What the doors need of the house."""

    worker: Worker
    metrics: Metrics
    page: Page
    bot_user: str


@dataclass(frozen=True, slots=True)
class _Doors:
    address: str
    health: Health


async def _open_doors(
    settings: Settings,
    stack: AsyncExitStack,
    app: AsyncApp,
    inside: _Inside,
) -> _Doors:
    """Open what events come through, last of all: from here on they may arrive."""
    connected: list[Ready] = []
    health = Health(
        lambda: bool(connected) and connected[0](),
        lambda: inside.worker.leases.renewed_at,
        inside.metrics,
        time.monotonic,
    )

    server = web_server(
        settings.host,
        settings.port,
        problem=health.problem,
        page=inside.page,
        events=None if settings.socket_mode else slack_events(app),
    )
    address = await stack.enter_async_context(server)
    if settings.socket_mode:
        socket = socket_mode(app, secret(settings.slack_app_token), bot_user=inside.bot_user)
        connected.append(await stack.enter_async_context(socket))
    else:
        connected.append(lambda: True)
    in_background(stack, health.watch(), "health")
    return _Doors(address, health)


def _bolt_app(
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
        signing_secret=secret(settings.slack_signing_secret),
        # The listener's commit comes first; the acknowledgement follows it.
        process_before_response=True,
        # Conveniences nobody here uses, each paid for with every event.
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
