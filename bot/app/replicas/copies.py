"""Erases this replica's working copies of what another one has heard to be deleted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import structlog

from bot.app.background import run_in_background
from bot.app.replicas.refresh import Refresher
from bot.observability.background_tasks import BackgroundTasks
from storage.blobs import BlobFolder
from storage.deletion import COPIES_TOPIC
from storage.engine.announcements import Announcements

log = structlog.get_logger(__name__)


def connect_copies(
    stack: AsyncExitStack,
    announcements: Announcements,
    blobs: BlobFolder,
    delete_forgotten: Callable[[], Awaitable[None]],
) -> None:
    """Erase what is announced, and after a time of not hearing all that is forgotten."""
    tasks, tidying = BackgroundTasks("copies"), Refresher(delete_forgotten, "copies")

    async def erase(copies: list[str]) -> None:
        for sha256 in copies:
            await blobs.delete(sha256)
            log.info("erased")

    def handle(values: Mapping[str, Any]) -> None:
        tasks.spawn(erase([str(sha256) for sha256 in values["copies"]]))

    announcements.subscribe(COPIES_TOPIC, handle, on_gap=tidying.request)
    stack.push_async_callback(tasks.cancel)
    run_in_background(stack, tidying.run, "copies")
