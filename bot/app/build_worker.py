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

from bot.answering.answerer import Answerer, AnswererParts
from bot.answering.generate import GeneratorParts
from bot.answering.prepare import PromptBuilder, PromptLimits, Remembered
from bot.answering.stream import ResponseStreamer
from bot.answering.summarize import ThreadSummarizer
from bot.app.build_files import FileParts, open_file_services, open_outbox
from bot.app.build_models import build_models
from bot.billing.budget_guard import BudgetGuard
from bot.billing.reconciler import Reconciler
from bot.billing.usage_meter import Clocks
from bot.commands.pictures import PictureCommands
from bot.commands.revert import Reverter
from bot.commands.router import CommandRouter
from bot.config import Settings, reveal_secret
from bot.delivery.file_delivery import FileDelivery
from bot.domain.errors import StartupError
from bot.files.cache import FileCache
from bot.llm.client import create_http_client
from bot.observability.metrics import Metrics
from bot.queue.notices import ThreadNotices
from bot.queue.worker import Worker, WorkerLimits
from handlers.web_api.chat import SlackChat
from handlers.web_api.client import SlackCalls, build_slack_client
from handlers.web_api.rate_limits import RateLimiter
from handlers.web_api.threads import SlackThreads
from handlers.web_api.uploads import SlackUploads
from storage.budgets import SqliteBudgetStore
from storage.conversations import SqliteConversationStore
from storage.engine.sqlite import Database
from storage.ledger import SqliteLedger
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import SqliteQuestionQueue
from storage.settings import SqliteSettingsStore


@dataclass(frozen=True, slots=True)
class SlackWays:
    """The ways to Slack. `once` never repeats a call whose answer was lost."""

    session: aiohttp.ClientSession
    client: AsyncWebClient
    no_retry_client: AsyncWebClient


def build_slack_clients(settings: Settings, session: aiohttp.ClientSession) -> SlackWays:
    token, url = reveal_secret(settings.slack_bot_token), settings.slack_api_url
    return SlackWays(
        session,
        build_slack_client(token, url, session),
        build_slack_client(token, url, session, retry_on_disconnect=False),
    )


def create_slack_session() -> aiohttp.ClientSession:
    # Slack bounds us by rate, not by connections; a queue here would hold up other threads.
    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)
    return aiohttp.ClientSession(connector=connector, timeout=timeout)


@dataclass(frozen=True, slots=True)
class Built:
    """`until_idle` waits until nothing is answered, nothing waits and nothing is folded."""

    queue: SqliteQuestionQueue
    worker: Worker
    file_cache: FileCache
    wait_until_idle: Callable[[], Awaitable[None]]


async def build_worker(
    settings: Settings,
    stack: AsyncExitStack,
    database: Database,
    slack_clients: SlackWays,
    identity: AuthorizeResult,
    metrics: Metrics,
) -> Built:
    owner = secrets.token_hex(8)
    inbox, history = SqliteQuestionQueue(database, owner=owner), SqliteConversationStore(database)
    calls = SlackCalls(metrics.count_slack_call)
    allowance = RateLimiter(time.monotonic, rate=settings.slack_rate)
    bot_user = identity.bot_user_id or ""
    chat = SlackChat(
        slack_clients.client, slack_clients.no_retry_client, allowance, calls, bot_user_id=bot_user
    )
    journal = SqliteJournal(database, owner=owner)
    files = await open_file_services(
        settings, stack, database, slack_clients.session, slack_clients.client, metrics
    )
    run_in_background(stack, files.run(), "cache")
    uploads = SlackUploads(
        slack_clients.client, slack_clients.no_retry_client, slack_clients.session, allowance, calls
    )
    ways = _Ways(chat, uploads, SlackThreads(slack_clients.client, calls, bot_user_id=bot_user))
    talking = await _build_generator_parts(
        settings, stack, database, _Rooms(history, journal, files), ways, metrics
    )
    parts = AnswererParts(
        queue=inbox,
        journal=journal,
        generator_parts=talking,
        file_delivery=FileDelivery(
            uploads, journal, await open_outbox(settings, inbox), files.file_cache.keep_copy
        ),
        chat=chat,
        metrics=metrics,
    )
    notices = ThreadNotices(chat)
    stack.push_async_callback(notices.close)
    bounds = WorkerLimits(settings.concurrency, settings.per_person, settings.backlog)
    worker = Worker(inbox, Answerer(parts), notices, metrics, bounds)

    async def wait_until_idle() -> None:
        await worker.wait_until_idle()
        if talking.summarizer is not None:
            await talking.summarizer.wait_until_idle()

    return Built(inbox, worker, files.file_cache, wait_until_idle)


@dataclass(frozen=True, slots=True)
class _Ways:
    chat: SlackChat
    uploads: SlackUploads
    threads: SlackThreads


@dataclass(frozen=True, slots=True)
class _Rooms:
    conversations: SqliteConversationStore
    journal: SqliteJournal
    files: FileParts


async def _build_generator_parts(
    settings: Settings,
    stack: AsyncExitStack,
    database: Database,
    stores: _Rooms,
    slack_ports: _Ways,
    metrics: Metrics,
) -> GeneratorParts:
    http = await stack.enter_async_context(create_http_client())
    models = build_models(settings, http, shrink=stores.files.file_preparer.shrink, metrics=metrics)
    if "openrouter" in {provider for provider, _ in settings.models}:
        run_in_background(stack, models.catalog.run(), "catalogue")
    ledger = SqliteLedger(database)
    await ledger.recover_interrupted()
    run_in_background(stack, Reconciler(ledger, models.account, metrics).run(), "bills")
    key = await asyncio.to_thread(_load_pseudonym_key, settings.data_dir)
    purse = await _build_budget_guard(settings, database)
    channels = SqliteSettingsStore(database)
    await channels.load()
    limits = PromptLimits(
        settings.history_turns, settings.max_tokens, settings.defaults, settings.resend_all
    )
    summaries = ThreadSummarizer(stores.conversations, models.fallback_model, ledger, purse, key)
    stack.push_async_callback(summaries.close)
    remembered = Remembered(
        stores.conversations, stores.files.file_store, slack_ports.threads, channels
    )
    return GeneratorParts(
        prompt_builder=PromptBuilder(remembered, stores.files.file_preparer, limits, key),
        command_router=_build_command_router(settings, stores, channels),
        response_streamer=ResponseStreamer(models.fallback_model),
        budget_guard=purse,
        summarizer=summaries if settings.history_turns and not settings.resend_all else None,
        journal=stores.journal,
        chat=slack_ports.chat,
        uploads=slack_ports.uploads,
        list_model_infos=models.fallback_model.list_model_infos,
        find_price=models.find_price,
        clocks=Clocks(time.time, time.monotonic),
    )


def _build_command_router(
    settings: Settings, stores: _Rooms, channel_settings: SqliteSettingsStore
) -> CommandRouter:
    files, history = stores.files, stores.conversations
    return CommandRouter(
        channel_settings,
        settings.defaults,
        PictureCommands(history, files.file_preparer, files.file_cache, files.sandbox),
        Reverter(history, files.file_cache),
        files.file_store,
        history,
    )


async def _build_budget_guard(settings: Settings, database: Database) -> BudgetGuard:
    store = SqliteBudgetStore(database)
    await store.record_change(settings.effective_budgets.text)
    return BudgetGuard(store, settings.effective_budgets, lambda: datetime.now(UTC))


def run_in_background(
    stack: AsyncExitStack, coroutine: Coroutine[Any, Any, None], name: str
) -> None:
    """Run `work` until everything closes."""
    task = asyncio.create_task(coroutine, name=name)

    async def cancel_task() -> None:
        task.cancel()
        await asyncio.wait({task})

    stack.push_async_callback(cancel_task)


def _load_pseudonym_key(folder: Path) -> bytes:
    """The key that hashes people and threads for the provider; made at the first start."""
    path = folder / "pseudonym.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32))
        return bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise StartupError([f"EASEL_DATA_DIR: {path} cannot be used ({error})"]) from error
