"""The composition root: builds every part, opens and closes them in order. Nothing else knows all.

What is opened first closes last: storage, Slack's and the model's connections, the worker, the
door for events.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.answer import Answerer, Limits, Parts
from bot.config import Settings, service_problems
from bot.errors import RefuseToStart
from bot.intake import Intake
from bot.model.wire import OpenRouter, model_http
from bot.worker import Worker
from handlers import messages
from handlers.downloads import SlackFiles
from handlers.slack_api import SlackChat, identify, slack_client
from handlers.threads import SlackThreads
from handlers.transports import Ready, slack_events, socket_mode, web_server
from storage.blobs import BlobFolder
from storage.database import Database, open_database
from storage.history import ThreadHistory
from storage.inbox import SqliteInbox

log = logging.getLogger(__name__)

_MB = 1024 * 1024


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
        log.info("Easel is listening; health at %s/healthz", service.address)
        stopped = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait({stopped, service.ended}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if service.ended.done():
            service.ended.result()
        log.info("stopping: answers that are under way may take %s s", settings.grace_seconds)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Service]:
    """Build and open everything; on leaving stop taking, finish or put back, close."""
    problems = service_problems(settings)
    if problems:
        raise RefuseToStart(problems)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.database_path))
        session = await stack.enter_async_context(_slack_session())
        client = slack_client(_secret(settings.slack_bot_token), settings.slack_api_url, session)
        identity = await identify(client)
        worker = await _worker(settings, stack, database, client, session, identity)
        await worker.take_up()
        working = asyncio.create_task(worker.run(), name="worker")
        stack.push_async_callback(_stop, worker, working, settings.grace_seconds)
        app = _bolt_app(settings, session, identity)
        messages.register(app, worker.submit, watched=settings.watch_channels)
        messages.acknowledge_the_rest(app)
        ready, address = await _open_doors(settings, stack, app)
        yield Service(address, lambda: ready() and not working.done(), worker.until_idle, working)


async def _worker(
    settings: Settings,
    stack: AsyncExitStack,
    database: Database,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    identity: AuthorizeResult,
) -> Worker:
    http = await stack.enter_async_context(model_http())
    history, inbox = ThreadHistory(database), SqliteInbox(database)
    files = SlackFiles(
        session,
        client=client,
        api_url=settings.slack_api_url,
        max_bytes=settings.max_file_mb * _MB,
    )
    parts = Parts(
        inbox=inbox,
        history=history,
        threads=SlackThreads(client, bot_user=identity.bot_user_id or ""),
        intake=Intake(files, _blobs(settings), history),
        model=OpenRouter(
            http,
            base_url=settings.openrouter_base_url,
            api_key=_secret(settings.openrouter_api_key),
            model=settings.model,
            deadline=settings.model_seconds,
        ),
        chat=SlackChat(client, rate=settings.slack_rate),
    )
    limits = Limits(settings.history_turns, settings.max_tokens)
    key = await asyncio.to_thread(_pseudonym_key, settings.data_dir)
    answerer = Answerer(parts, limits, key)
    return Worker(inbox, answerer, concurrency=settings.concurrency)


async def _stop(worker: Worker, working: asyncio.Task[None], grace: float) -> None:
    await worker.stop(grace)
    with contextlib.suppress(asyncio.CancelledError):
        await working


async def _open_doors(
    settings: Settings, stack: AsyncExitStack, app: AsyncApp
) -> tuple[Ready, str]:
    """Open what events come through, last of all: from here on they may arrive."""
    connected: list[Ready] = []

    def ready() -> bool:
        return bool(connected) and connected[0]()

    server = web_server(
        settings.host,
        settings.port,
        ready=ready,
        events=None if settings.socket_mode else slack_events(app),
    )
    address = await stack.enter_async_context(server)
    if settings.socket_mode:
        socket = socket_mode(app, _secret(settings.slack_app_token))
        connected.append(await stack.enter_async_context(socket))
    else:
        connected.append(lambda: True)
    return ready, address


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
        signing_secret=_secret(settings.slack_signing_secret),
        # The listener's commit comes first; the acknowledgement follows it.
        process_before_response=True,
        # Conveniences nobody here uses, each paid for with every event.
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


def _blobs(settings: Settings) -> BlobFolder:
    return BlobFolder(settings.data_dir / "blobs", max_bytes=settings.blobs_mb * _MB)


def _slack_session() -> aiohttp.ClientSession:
    # Slack bounds us by rate, not by connections; a queue here would hold up other threads.
    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)
    return aiohttp.ClientSession(connector=connector, timeout=timeout)


def _pseudonym_key(folder: Path) -> bytes:
    """The key that hashes people and threads for the provider; made at the first start."""
    path = folder / "pseudonym.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32))
        return bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise RefuseToStart([f"EASEL_DATA_DIR: {path} cannot be used ({error})"]) from error


def _secret(value: SecretStr | None) -> str:
    return "" if value is None else value.get_secret_value()
