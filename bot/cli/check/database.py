"""For `easel check`: which database it is, whether it opens, and what it lacks. Changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from bot.app.data.database import describe_database, open_existing_database
from bot.billing.totals_check import list_differences
from bot.cli.check.finding import Finding
from bot.config import Settings
from bot.disk.presence import is_present
from bot.domain.errors import NotNow, StartupError, StoreError
from storage.engine.database import Database
from storage.migrations import HEAD, read_file_revision
from storage.spending_audit import SqlSpendingAudit

_NAME = "database"


async def check_database(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what is wrong with the database, and that it is well if nothing is."""
    part = _check_postgres(settings) if settings.is_replicated else _check_file(settings)
    try:
        async for finding in part:
            yield finding
    except NotNow as error:
        yield Finding(ok=False, name=_NAME, text=str(error))
    except StartupError as error:
        yield Finding(ok=False, name=_NAME, text=str(error))
    except StoreError as error:
        todo = (
            "see whether the server runs and may be reached from here"
            if settings.is_replicated
            else "check the disk, or restore the last back-up"
        )
        text = f"{describe_database(settings)} cannot be read ({error}); {todo}"
        yield Finding(ok=False, name=_NAME, text=text)


async def _check_file(settings: Settings) -> AsyncIterator[Finding]:
    path = settings.database_path
    if not is_present(path):
        text = f"there is none yet; `run` creates {path}: SQLite, for one process"
        yield Finding(ok=True, name=_NAME, text=text)
        return
    if (revision := await asyncio.to_thread(read_file_revision, path)) != HEAD:
        text = f"{path} has schema {revision}; the next start brings it to {HEAD}"
        yield Finding(ok=True, name=_NAME, text=text)
        return
    async with open_existing_database(settings) as database:
        text = f"SQLite, for one process: {path} opens and is up to date"
        yield Finding(ok=True, name=_NAME, text=text)
        async for finding in _check_totals(database):
            yield finding


async def _check_postgres(settings: Settings) -> AsyncIterator[Finding]:
    from storage.engine.postgresql.check import inspect_server

    place = describe_database(settings)
    report = await inspect_server(settings.postgres_url)
    for problem in report.problems:
        yield Finding(ok=False, name=_NAME, text=f"{place}: {problem}")
    if report.problems:
        return
    text = f"PostgreSQL {report.version}, for several replicas: {place}"
    if report.revision is None:
        yield Finding(ok=True, name=_NAME, text=f"{text} is empty; `run` creates the tables")
    elif report.revision < HEAD:
        todo = f"has schema {report.revision}; the next start brings it to {HEAD}"
        yield Finding(ok=True, name=_NAME, text=f"{text} {todo}")
    else:
        yield Finding(ok=True, name=_NAME, text=f"{text} opens and is up to date")
    for warning in report.warnings:
        yield Finding(ok=True, name=_NAME, text=f"{place}: {warning}", is_warning=True)
    if report.revision == HEAD:
        async with open_existing_database(settings) as database:
            async for finding in _check_totals(database):
                yield finding


async def _check_totals(database: Database) -> AsyncIterator[Finding]:
    for difference in await list_differences(SqlSpendingAudit(database), datetime.now(UTC)):
        text = f"{difference}; repaired at the next start"
        yield Finding(ok=True, name="budget totals", text=text, is_warning=True)
