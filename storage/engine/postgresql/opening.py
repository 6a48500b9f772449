"""Opens a PostgreSQL database, and says in words why it cannot be opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url

from bot.domain.errors import NotNow, StoreError
from storage.engine.postgres import PostgresDatabase
from storage.engine.waiting import run_to_completion
from storage.migrations import HEAD, describe_schema, read_connection_revision, upgrade_connection

_REASONS = {
    "database_unreachable": "nothing answers there; is the server running, and may it be reached?",
    "database_host_unknown": "no such host is known; is its name right, and does this machine"
    " resolve names?",
    "database_address": "an option in the address is wrong, or asks for what the server does not"
    " do; libpq's “Parameter Key Words” lists what there is",
    "database_tls": "no encrypted connection comes about; look at sslmode and sslrootcert in the"
    " address, and at the server's certificate",
    "database_refuses_login": "the server refuses the user or the password",
    "database_missing": "there is no such database; create it with `createdb`",
    "database_busy": "the server has no connection left; raise its max_connections",
}


@asynccontextmanager
async def open_postgres(url: str) -> AsyncIterator[PostgresDatabase]:
    """Open the database at `url`, migrated to the newest schema, and close it in the end.

    Raises `StartupError`, which says what to do; `NotNow` where it cannot be reached.
    """
    database = PostgresDatabase(url)
    try:
        try:
            await database.write(upgrade_connection)
        except StoreError as error:
            raise _refuse(url, error) from error
        yield database
    finally:
        await run_to_completion(database.close())


@asynccontextmanager
async def open_postgres_for_reading(url: str) -> AsyncIterator[PostgresDatabase]:
    """Open the database at `url` as it is, for commands that only report.

    Raises `NotNow` where it has another schema than this Easel's, or cannot be reached.
    """
    database = PostgresDatabase(url)
    try:
        try:
            revision = await database.read(read_connection_revision)
        except StoreError as error:
            raise _refuse(url, error) from error
        if revision != HEAD:
            raise NotNow([f"DATABASE_URL: {describe_address(url)} {describe_schema(revision)}"])
        yield database
    finally:
        await run_to_completion(database.close())


def _refuse(url: str, error: StoreError) -> NotNow:
    return NotNow([f"DATABASE_URL: {describe_address(url)}: {explain_failure(error)}"])


def explain_failure(error: StoreError) -> str:
    """Say why the database cannot be used, and what to do, for the person who runs Easel."""
    reason = _REASONS.get(error.code, "")
    return f"{reason} ({error})" if reason else str(error)


def describe_address(url: str) -> str:
    """Return the address without its password."""
    return make_url(url).render_as_string(hide_password=True)
