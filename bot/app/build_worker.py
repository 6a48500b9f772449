"""Builds what Easel is made of, from its settings. What is opened when, `app.py` knows."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.answerer import Answerer, Parts
from bot.answering.generate import ConversationParts
from bot.answering.prepare import Limits, Preparing, Remembered
from bot.answering.stream import Listening
from bot.answering.summarize import Summaries
from bot.app.build_files import FileParts, open_file_parts, open_outbox
from bot.app.build_models import build_models
from bot.billing.budget_guard import Purse
from bot.billing.reconciler import Reconciler
from bot.billing.usage_meter import Clocks
from bot.commands.pictures import PictureCommands
from bot.commands.revert import Restoring
from bot.commands.router import OwnAnswers
from bot.config import Settings, secret
from bot.delivery.file_delivery import Sharing
from bot.domain.errors import RefuseToStart
from bot.files.cache import WorkingCopies
from bot.llm.client import model_http
from bot.observability.metrics import Metrics
from bot.queue.notices import ThreadNotices
from bot.queue.worker import Bounds, Worker
from handlers.web_api.chat import SlackChat
from handlers.web_api.client import SlackCalls, slack_client
from handlers.web_api.rate_limits import Allowance
from handlers.web_api.threads import SlackThreads
from handlers.web_api.uploads import SlackUploads
from storage.budgets import SqliteBudgets
from storage.conversations import ThreadHistory
from storage.engine.sqlite import Database
from storage.ledger import SqliteLedger
from storage.queue.journal import QuestionJournal
from storage.queue.sqlite import SqliteInbox
from storage.settings import SqliteChannelSettings


@dataclass(frozen=True, slots=True)
class SlackWays:
    """The ways to Slack. `once` never repeats a call whose answer was lost."""

    session: aiohttp.ClientSession
    client: AsyncWebClient
    once: AsyncWebClient


def slack_ways(settings: Settings, session: aiohttp.ClientSession) -> SlackWays:
    token, url = secret(settings.slack_bot_token), settings.slack_api_url
    return SlackWays(
        session,
        slack_client(token, url, session),
        slack_client(token, url, session, repeats=False),
    )


def slack_session() -> aiohttp.ClientSession:
    # Slack bounds us by rate, not by connections; a queue here would hold up other threads.
    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)
    return aiohttp.ClientSession(connector=connector, timeout=timeout)


@dataclass(frozen=True, slots=True)
class Built:
    """`until_idle` waits until nothing is answered, nothing waits and nothing is folded."""

    inbox: SqliteInbox
    worker: Worker
    copies: WorkingCopies
    until_idle: Callable[[], Awaitable[None]]


async def build_worker(
    settings: Settings,
    stack: AsyncExitStack,
    database: Database,
    slack: SlackWays,
    identity: AuthorizeResult,
    metrics: Metrics,
) -> Built:
    owner = secrets.token_hex(8)
    inbox, history = SqliteInbox(database, owner=owner), ThreadHistory(database)
    calls = SlackCalls(metrics.called_slack)
    allowance = Allowance(time.monotonic, rate=settings.slack_rate)
    bot_user = identity.bot_user_id or ""
    chat = SlackChat(slack.client, slack.once, allowance, calls, bot_user=bot_user)
    journal = QuestionJournal(database, owner=owner)
    files = await open_file_parts(settings, stack, database, slack.session, slack.client, metrics)
    in_background(stack, files.run(), "cache")
    uploads = SlackUploads(slack.client, slack.once, slack.session, allowance, calls)
    ways = _Ways(chat, uploads, SlackThreads(slack.client, calls, bot_user=bot_user))
    talking = await _talking(
        settings, stack, database, _Rooms(history, journal, files), ways, metrics
    )
    parts = Parts(
        inbox=inbox,
        journal=journal,
        talking=talking,
        sharing=Sharing(uploads, journal, await open_outbox(settings, inbox), files.copies),
        chat=chat,
        metrics=metrics,
    )
    notices = ThreadNotices(chat)
    stack.push_async_callback(notices.close)
    bounds = Bounds(settings.concurrency, settings.per_person, settings.backlog)
    worker = Worker(inbox, Answerer(parts), notices, metrics, bounds)

    async def until_idle() -> None:
        await worker.until_idle()
        if talking.summaries is not None:
            await talking.summaries.idle()

    return Built(inbox, worker, files.copies, until_idle)


@dataclass(frozen=True, slots=True)
class _Ways:
    chat: SlackChat
    uploads: SlackUploads
    threads: SlackThreads


@dataclass(frozen=True, slots=True)
class _Rooms:
    history: ThreadHistory
    journal: QuestionJournal
    files: FileParts


async def _talking(
    settings: Settings,
    stack: AsyncExitStack,
    database: Database,
    rooms: _Rooms,
    ways: _Ways,
    metrics: Metrics,
) -> ConversationParts:
    http = await stack.enter_async_context(model_http())
    models = build_models(settings, http, shrink=rooms.files.intake.shrink, metrics=metrics)
    if "openrouter" in {provider for provider, _ in settings.models}:
        in_background(stack, models.catalogue.run(), "catalogue")
    ledger = SqliteLedger(database)
    await ledger.look_at_all_soon()
    in_background(stack, Reconciler(ledger, models.account, metrics).run(), "bills")
    key = await asyncio.to_thread(_pseudonym_key, settings.data_dir)
    purse = await _purse(settings, database)
    channels = SqliteChannelSettings(database)
    await channels.load()
    limits = Limits(
        settings.history_turns, settings.max_tokens, settings.defaults, settings.resend_all
    )
    summaries = Summaries(rooms.history, models.chain, ledger, purse, key)
    stack.push_async_callback(summaries.close)
    remembered = Remembered(rooms.history, rooms.files.readings, ways.threads, channels)
    return ConversationParts(
        preparing=Preparing(remembered, rooms.files.intake, limits, key),
        own_answers=_own_answers(settings, rooms, channels),
        listening=Listening(models.chain),
        purse=purse,
        summaries=summaries if settings.history_turns and not settings.resend_all else None,
        journal=rooms.journal,
        chat=ways.chat,
        uploads=ways.uploads,
        offers=models.chain.offers,
        price_of=models.price_of,
        clocks=Clocks(time.time, time.monotonic),
    )


def _own_answers(settings: Settings, rooms: _Rooms, channels: SqliteChannelSettings) -> OwnAnswers:
    files, history = rooms.files, rooms.history
    return OwnAnswers(
        channels,
        settings.defaults,
        PictureCommands(history, files.intake, files.copies, files.decoders),
        Restoring(history, files.copies),
        files.readings,
        history,
    )


async def _purse(settings: Settings, database: Database) -> Purse:
    store = SqliteBudgets(database)
    await store.note_change(settings.spending.text)
    return Purse(store, settings.spending, lambda: datetime.now(UTC))


def in_background(stack: AsyncExitStack, work: Coroutine[Any, Any, None], name: str) -> None:
    """Run `work` until everything closes."""
    task = asyncio.create_task(work, name=name)

    async def end() -> None:
        task.cancel()
        await asyncio.wait({task})

    stack.push_async_callback(end)


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
