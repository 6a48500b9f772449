"""Opens the file cache and the outbox, deletes old working copies, logs the decoders' rights."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import structlog
from dotenv import dotenv_values

from bot.app.background import run_in_background
from bot.app.build_stores import Stores
from bot.app.replicas.connect import run_for_all
from bot.app.replicas.copies import connect_copies
from bot.config import ENV_FILE, Settings
from bot.domain.errors import EaselError, NotNow
from bot.domain.ports import Files
from bot.domain.stores.objects import BucketAddress, ObjectStore
from bot.files.cache import FileCache
from bot.files.sandbox.sandbox import Sandbox
from bot.observability.error_codes import get_error_code
from storage.blobs import BlobFolder
from storage.files import SqlFileStore
from storage.objects.folder import FolderObjects
from storage.objects.outbox import ObjectOutbox
from storage.objects.pace import DEFAULT_PACE, RemotePace
from storage.queue.questions import SqlQuestionQueue

log = structlog.get_logger(__name__)

_MB = 1024 * 1024
_HOUR_SECONDS, _DAY_SECONDS = 3600.0, 86_400.0
# How the variables of the providers of storage begin.
_PREFIXES = ("AWS_", "GOOGLE_", "AZURE_")


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


async def open_outbox(settings: Settings, stack: AsyncExitStack, stores: Stores) -> ObjectOutbox:
    """Open the outbox, and delete pictures of answers that were never settled.

    Where other processes share it, that happens in the background, and again every hour: in a
    place that all of them reach, by one replica at a time.
    """
    queue = stores.queue
    former = ObjectOutbox(FolderObjects(settings.data_dir), is_shared=False)
    if settings.files is None and not settings.is_replicated:
        await _clean_up_outbox(former, queue)
        return former
    environment = await asyncio.to_thread(read_cloud_environment, settings.home / ENV_FILE)
    objects = open_objects(settings, environment)
    log.info("files_kept", at=str(settings.files or settings.data_dir))
    if settings.files is None:
        outbox = ObjectOutbox(objects, is_shared=True)
        run_in_background(stack, partial(_clean_up_outbox_hourly, outbox, queue), "outbox")
        return outbox
    outbox = ObjectOutbox(objects, is_shared=True, former=former)
    shared = ObjectOutbox(objects, is_shared=True)
    run_for_all(stack, stores.replicas, partial(_clean_up_outbox_hourly, shared, queue), "outbox")
    # What was kept before in a folder of this machine, no other one can tidy.
    run_in_background(stack, partial(_clean_up_outbox_hourly, former, queue), "former-outbox")
    return outbox


async def _delete_forgotten(file_store: SqlFileStore, blobs: BlobFolder, days: int) -> None:
    """Delete the copies of what was forgotten while no other replica could be heard."""
    try:
        await blobs.delete_except(await file_store.delete_old_readings(days=days))
    except OSError as error:
        log.warning("copies_not_tidied", code=get_error_code(error))


async def _clean_up_outbox_hourly(outbox: ObjectOutbox, queue: SqlQuestionQueue) -> None:
    while True:
        await _clean_up_outbox(outbox, queue)
        await asyncio.sleep(_HOUR_SECONDS)


async def _clean_up_outbox(outbox: ObjectOutbox, queue: SqlQuestionQueue) -> None:
    try:
        await outbox.delete_unneeded(queue.list_undelivered_pictures)
    except EaselError as error:
        log.warning("outbox_not_tidied", code=get_error_code(error))


async def _clean_up_daily(file_store: SqlFileStore, blobs: BlobFolder, days: int) -> None:
    """Once a day, until cancelled, delete copies that were unused for `days`."""
    while True:
        await asyncio.sleep(_DAY_SECONDS)
        try:
            await file_store.delete_old_readings(days=days)
            await blobs.delete_unused(days=days)
        except (EaselError, OSError) as error:
            log.warning("copies_not_tidied", code=get_error_code(error))


def open_objects(
    settings: Settings, environment: Mapping[str, str], *, pace: RemotePace = DEFAULT_PACE
) -> ObjectStore:
    """Open the store of what must survive: a folder, or the bucket that `EASEL_FILES` names.

    `environment` holds the provider's variables. Connects to nothing yet. Raises `StartupError`.
    """
    if isinstance(settings.files, BucketAddress):
        # A large library, which only those load who use it.
        from storage.objects.connect import connect_bucket

        return connect_bucket(settings.files, environment, pace=pace)
    if settings.files is not None and not settings.files.is_dir():
        # Created here, it would be a folder of this machine alone where a disk is not mounted.
        raise NotNow([f"EASEL_FILES: there is no folder {settings.files}; mount or create it"])
    return FolderObjects(settings.files or settings.data_dir)


def read_cloud_environment(env_file: Path) -> dict[str, str]:
    """Return the variables of the providers of storage, from the environment and from `env_file`,
    which is read like Easel's own settings: the environment takes precedence."""
    in_file = dotenv_values(env_file) if env_file.is_file() else {}
    found = {name: value for name, value in in_file.items() if value}
    found |= {name: value for name, value in os.environ.items() if value}
    return {name: value for name, value in found.items() if name.startswith(_PREFIXES)}
