"""Builds what Easel is made of, from its settings. What is opened when, `app.py` knows."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.answer import Answerer, Limits, Parts
from bot.bills import Reconciler
from bot.config import Settings
from bot.errors import RefuseToStart
from bot.intake import Intake
from bot.metrics import Metrics
from bot.model.retries import PersistentModel
from bot.model.wire import OpenRouter, model_http
from bot.notices import ThreadNotices
from bot.sharing import Sharing
from bot.worker import Bounds, Worker
from handlers.allowance import Allowance
from handlers.downloads import SlackFiles
from handlers.slack_api import slack_client
from handlers.slack_calls import SlackCalls
from handlers.slack_chat import SlackChat
from handlers.slack_uploads import SlackUploads
from handlers.threads import SlackThreads
from storage.blobs import BlobFolder
from storage.database import Database
from storage.history import ThreadHistory
from storage.inbox import SqliteInbox
from storage.journal import QuestionJournal
from storage.ledger import SqliteLedger

_MB = 1024 * 1024


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


async def build_worker(
    settings: Settings,
    stack: AsyncExitStack,
    database: Database,
    slack: SlackWays,
    identity: AuthorizeResult,
    metrics: Metrics,
) -> tuple[SqliteInbox, Worker]:
    owner = secrets.token_hex(8)
    inbox, history = SqliteInbox(database, owner=owner), ThreadHistory(database)
    calls = SlackCalls(metrics.called_slack)
    allowance = Allowance(time.monotonic, rate=settings.slack_rate)
    bot_user = identity.bot_user_id or ""
    chat = SlackChat(slack.client, slack.once, allowance, calls, bot_user=bot_user)
    journal = QuestionJournal(database, owner=owner)
    intake = Intake(_files(settings, slack), _blobs(settings), history)
    uploads = SlackUploads(slack.client, slack.once, slack.session, allowance, calls)
    parts = Parts(
        inbox=inbox,
        journal=journal,
        history=history,
        threads=SlackThreads(slack.client, calls, bot_user=bot_user),
        intake=intake,
        sharing=Sharing(uploads, journal, await _outbox(settings, inbox), intake),
        model=await _model(settings, stack, database, intake, metrics),
        chat=chat,
        metrics=metrics,
    )
    limits = Limits(settings.history_turns, settings.max_tokens)
    key = await asyncio.to_thread(_pseudonym_key, settings.data_dir)
    notices = ThreadNotices(chat)
    stack.push_async_callback(notices.close)
    bounds = Bounds(settings.concurrency, settings.per_person, settings.backlog)
    return inbox, Worker(inbox, Answerer(parts, limits, key), notices, metrics, bounds)


async def _model(
    settings: Settings,
    stack: AsyncExitStack,
    database: Database,
    intake: Intake,
    metrics: Metrics,
) -> PersistentModel:
    http = await stack.enter_async_context(model_http())
    provider = OpenRouter(
        http,
        base_url=settings.openrouter_base_url,
        api_key=secret(settings.openrouter_api_key),
        model=settings.model,
        deadline=settings.model_seconds,
    )
    ledger = SqliteLedger(database)
    await ledger.look_at_all_soon()
    in_background(stack, Reconciler(ledger, provider, metrics).run(), "bills")
    return PersistentModel(provider, shrink=intake.shrink, metrics=metrics)


def _files(settings: Settings, slack: SlackWays) -> SlackFiles:
    return SlackFiles(
        slack.session,
        client=slack.client,
        api_url=settings.slack_api_url,
        max_bytes=settings.max_file_mb * _MB,
    )


async def _outbox(settings: Settings, inbox: SqliteInbox) -> BlobFolder:
    """Pictures to be shared, without what a crash left of answers that were never settled."""
    outbox = BlobFolder(settings.data_dir / "outbox", max_bytes=None)
    await outbox.keep_only(await inbox.unshown_pictures())
    return outbox


def _blobs(settings: Settings) -> BlobFolder:
    return BlobFolder(settings.data_dir / "blobs", max_bytes=settings.blobs_mb * _MB)


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


def secret(value: SecretStr | None) -> str:
    return "" if value is None else value.get_secret_value()
