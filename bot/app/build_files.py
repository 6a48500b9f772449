"""Builds what reads and keeps files, from settings. What is opened when, `app.py` knows."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.domain.errors import EaselError
from bot.files.cache import FileCache
from bot.files.preparer import FilePreparer
from bot.files.sandbox.sandbox import Sandbox
from bot.observability.metrics import Metrics
from handlers.web_api.downloads import SlackFiles
from storage.blobs import BlobFolder
from storage.deletion import SqliteDeletionStore
from storage.engine.sqlite import Database
from storage.files import SqliteFileStore
from storage.queue.sqlite import SqliteQuestionQueue

log = structlog.get_logger(__name__)

_MB = 1024 * 1024
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class FileParts:
    """`run` lets go what nobody has needed for long, once a day, until it is cancelled."""

    file_store: SqliteFileStore
    sandbox: Sandbox
    file_cache: FileCache
    file_preparer: FilePreparer
    blobs: BlobFolder
    cache_days: int

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_DAY_SECONDS)
            try:
                await self.file_store.delete_old_readings(days=self.cache_days)
                await self.blobs.delete_unused(days=self.cache_days)
            except (EaselError, OSError) as error:
                log.warning("copies_not_tidied", error=type(error).__name__)


async def open_file_services(
    settings: Settings,
    stack: AsyncExitStack,
    database: Database,
    session: aiohttp.ClientSession,
    client: AsyncWebClient,
    metrics: Metrics,
) -> FileParts:
    """Working copies that belong to no file any more are let go before anything is read."""
    readings = SqliteFileStore(database)
    blobs = BlobFolder(settings.data_dir / "blobs", max_bytes=settings.cache_mb * _MB)
    try:
        # A crash may have come between forgetting a deleted file and erasing its copy.
        await blobs.delete_except(await readings.delete_old_readings(days=settings.cache_days))
        await blobs.delete_unused(days=settings.cache_days)
    except (EaselError, OSError) as error:
        log.warning("copies_not_tidied", error=type(error).__name__)
    files = SlackFiles(
        session,
        client=client,
        api_url=settings.slack_api_url,
        max_bytes=settings.max_file_mb * _MB,
    )
    decoders = await stack.enter_async_context(Sandbox(on_death=metrics.sandbox_deaths.inc))
    copies = FileCache(files, blobs, readings, SqliteDeletionStore(database), decoders)
    intake = FilePreparer(copies, decoders)
    return FileParts(readings, decoders, copies, intake, blobs, settings.cache_days)


async def open_outbox(settings: Settings, queue: SqliteQuestionQueue) -> BlobFolder:
    """Pictures to be shared, without what a crash left of answers that were never settled."""
    outbox = BlobFolder(settings.data_dir / "outbox", max_bytes=None)
    await outbox.delete_except(await queue.list_undelivered_pictures())
    return outbox
