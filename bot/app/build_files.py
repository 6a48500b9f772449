"""Opens the file cache and the outbox, deletes old working copies, logs the decoders' rights."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from functools import partial

import structlog

from bot.app.background import run_in_background
from bot.app.build_stores import Stores
from bot.app.replicas.copies import connect_copies
from bot.config import Settings
from bot.domain.errors import EaselError
from bot.domain.ports import Files
from bot.files.cache import FileCache
from bot.files.sandbox.sandbox import Sandbox
from bot.observability.error_codes import get_error_code
from storage.blobs import BlobFolder
from storage.files import SqlFileStore
from storage.queue.questions import SqlQuestionQueue

log = structlog.get_logger(__name__)

_MB = 1024 * 1024
_DAY_SECONDS = 86_400.0


async def open_file_cache(
    settings: Settings,
    stack: AsyncExitStack,
    stores: Stores,
    slack_files: Files,
    sandbox: Sandbox,
) -> FileCache:
    """Open the file cache. Copies of no file are deleted now, unused ones now and daily."""
    blobs = BlobFolder(stores.folder / "blobs", max_bytes=settings.cache_mb * _MB)
    try:
        # A crash may have come between forgetting a deleted file and erasing its copy.
        used = await stores.files.delete_old_readings(days=settings.cache_days)
        await blobs.delete_except(used)
        await blobs.delete_unused(days=settings.cache_days)
    except (EaselError, OSError) as error:
        log.warning("copies_not_tidied", code=get_error_code(error))
    clean_up = partial(_clean_up_daily, stores.files, blobs, settings.cache_days)
    run_in_background(stack, clean_up, "cache")
    if stores.announcements is not None:
        tidy = partial(_delete_forgotten, stores.files, blobs, settings.cache_days)
        connect_copies(stack, stores.announcements, blobs, tidy)
    return FileCache(slack_files, blobs, stores.files, stores.deletion, sandbox)


async def log_protection(sandbox: Sandbox) -> None:
    """Log what a hostile file that takes over its decoder is kept from, and what it is not."""
    try:
        protection = await sandbox.find_protection()
    except EaselError as error:
        log.warning("no_decoder", error=type(error).__name__)
        return
    log.info("decoders_protected", kind="+".join(protection.means) or "nothing")
    for door in protection.open_doors:
        log.warning("decoders_unprotected", reason=door.replace(" ", "_"))
    if os.geteuid() == 0:
        log.warning("running_as_root")


async def open_outbox(settings: Settings, queue: SqlQuestionQueue) -> BlobFolder:
    """Open the outbox, and delete pictures of answers that were never settled."""
    outbox = BlobFolder(settings.data_dir / "outbox", max_bytes=None)
    used = await queue.list_undelivered_pictures()
    try:
        await outbox.delete_except(used)
    except OSError as error:
        log.warning("copies_not_tidied", error=type(error).__name__)
    return outbox


async def _delete_forgotten(file_store: SqlFileStore, blobs: BlobFolder, days: int) -> None:
    """Delete the copies of what was forgotten while no other replica could be heard."""
    try:
        await blobs.delete_except(await file_store.delete_old_readings(days=days))
    except OSError as error:
        log.warning("copies_not_tidied", code=get_error_code(error))


async def _clean_up_daily(file_store: SqlFileStore, blobs: BlobFolder, days: int) -> None:
    """Once a day, until cancelled, delete copies that were unused for `days`."""
    while True:
        await asyncio.sleep(_DAY_SECONDS)
        try:
            await file_store.delete_old_readings(days=days)
            await blobs.delete_unused(days=days)
        except (EaselError, OSError) as error:
            log.warning("copies_not_tidied", code=get_error_code(error))
