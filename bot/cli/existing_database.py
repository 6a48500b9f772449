"""Open the database for commands that only report what is in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.disk.presence import is_present
from bot.domain.errors import NotNow
from storage.engine.sqlite import Database, open_database


@asynccontextmanager
async def open_existing_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database. Raises `NotNow` if there is none yet, instead of creating it."""
    if not is_present(settings.database_path):
        raise NotNow([f"DATABASE_URL: there is no database at {settings.database_path} yet"])
    async with open_database(settings.database_path) as database:
        yield database
