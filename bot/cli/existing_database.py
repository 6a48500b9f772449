"""Open the database for commands that only report what is in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.disk.presence import is_present
from bot.domain.errors import NotNow
from storage.engine.database import Database
from storage.engine.sqlite import open_for_reading


@asynccontextmanager
async def open_existing_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database for reading only.

    Raises `NotNow` if there is none yet, or if it has another schema, and changes neither.
    """
    if not is_present(settings.database_path):
        raise NotNow([f"DATABASE_URL: there is no database at {settings.database_path} yet"])
    async with open_for_reading(settings.database_path) as database:
        yield database
