"""Opens the database that the settings name: a SQLite file, or PostgreSQL for several replicas.

What PostgreSQL needs is imported only where it is used: an installation on SQLite holds none of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.disk.presence import is_present
from bot.domain.errors import NotNow
from storage.engine.database import Database
from storage.engine.sqlite import open_database as open_sqlite
from storage.engine.sqlite import open_for_reading, prepare_database


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database, migrated to the newest schema. Raises `StartupError`, and `NotNow` where
    it cannot be reached at the moment."""
    if settings.is_replicated:
        from storage.engine.postgresql.opening import open_postgres

        async with open_postgres(settings.postgres_url) as replicated:
            yield replicated
        return
    async with open_sqlite(settings.database_path) as database:
        yield database


@asynccontextmanager
async def open_existing_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database for reading only.

    Raises `NotNow` if there is none yet, or if it has another schema, and changes neither.
    """
    if settings.is_replicated:
        from storage.engine.postgresql.opening import open_postgres_for_reading

        async with open_postgres_for_reading(settings.postgres_url) as replicated:
            yield replicated
        return
    if not is_present(settings.database_path):
        problem = f"there is no database at {settings.database_path} yet"
        todo = "the first `easel run` with Slack's tokens makes it (DATABASE_URL says where)"
        raise NotNow([f"{problem}: {todo}"])
    async with open_for_reading(settings.database_path) as database:
        yield database


def migrate_database(settings: Settings) -> None:
    """Create the database, or bring it to the newest schema. Raises as `open_database` does."""
    if settings.is_replicated:

        async def migrate() -> None:
            async with open_database(settings):
                pass

        asyncio.run(migrate())
    else:
        prepare_database(settings.database_path)


def describe_database(settings: Settings) -> str:
    """Return where the database is, without a password."""
    if settings.is_replicated:
        from storage.engine.postgresql.opening import describe_address

        return describe_address(settings.postgres_url)
    return str(settings.database_path)
