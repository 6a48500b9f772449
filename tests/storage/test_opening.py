"""Opening the database file: migrated, private, never at the cost of other data."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from bot.domain.errors import NotNow, StartupError
from storage.engine.failures import is_passing
from storage.engine.sqlite import SqliteDatabase, open_database, prepare_database
from storage.migrations import (
    HEAD,
    open_for_migration,
    read_revision,
    run_migrations,
    upgrade,
)
from storage.schema import metadata


def test_the_migrated_schema_is_the_declared_one(tmp_path: Path) -> None:
    engine = open_for_migration(tmp_path / "migrated.db")
    run_migrations(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference: list[Any] = compare_metadata(context, metadata)
    assert difference == []
    assert read_revision(engine) == HEAD
    engine.dispose()


def test_a_migration_that_is_interrupted_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    _migrate_to(path, "0005")
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO threads VALUES ('T', 'C', '1.0', 1, 1, 0, 0)")
    connection.close()

    with monkeypatch.context() as patch:
        patch.setattr("storage.spending_triggers.TRIGGERS", ("CREATE TRIGGER nonsense",))
        with pytest.raises(StartupError, match="cannot be used"):
            prepare_database(path)
    engine = open_for_migration(path)
    assert read_revision(engine) == "0005"
    engine.dispose()
    prepare_database(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM threads").fetchone() == (1,)
    connection.close()


def _migrate_to(path: Path, revision: str) -> None:
    engine = open_for_migration(path)
    run_migrations(engine, revision)
    engine.dispose()


def test_a_new_file_has_what_the_migrations_make_of_an_old_one(tmp_path: Path) -> None:
    migrated = open_for_migration(tmp_path / "migrated.db")
    run_migrations(migrated)
    upgrade(tmp_path / "new.db")
    created = create_engine(f"sqlite:///{tmp_path / 'new.db'}")
    assert read_revision(created) == HEAD
    sql = "SELECT name, lower(type) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    columns = 'SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY name'
    found = []
    for engine in (migrated, created):
        with engine.connect() as connection:
            names = connection.exec_driver_sql(sql).all()
            tables = [connection.exec_driver_sql(columns, (name,)).all() for name, _ in names]
            found.append((names, tables))
        engine.dispose()
    assert found[0] == found[1]


async def test_opening_twice_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "easel.db"
    row = "INSERT INTO threads VALUES ('T', 'C', '1.0', 1, 1, 0, 0, '', '', '')"
    async with open_database(path) as database:
        await database.write(lambda c: c.execute(text(row)).close())
    async with open_database(path) as database:
        count = await database.read(lambda c: c.scalar(text("SELECT count(*) FROM threads")))
    assert count == 1
    assert path.stat().st_mode & 0o077 == 0


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    path.write_bytes(b"my diary\n" * 1000)
    with pytest.raises(StartupError, match=r"easel\.db cannot be used"):
        async with open_database(path):
            pass
    assert path.read_bytes() == b"my diary\n" * 1000


async def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE diary (day TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StartupError, match="another program"):
        async with open_database(path):
            pass


async def test_a_database_of_a_newer_easel_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    upgrade(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StartupError, match="newer Easel"):
        async with open_database(path):
            pass


async def test_an_opening_that_is_cancelled_leaves_no_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a thread would keep the process from ending."""
    opening = asyncio.Event()
    open_both = SqliteDatabase.open

    async def open_and_tell(self: SqliteDatabase) -> None:
        opening.set()
        await open_both(self)

    monkeypatch.setattr(SqliteDatabase, "open", open_and_tell)

    async def open_and_wait() -> None:
        async with open_database(tmp_path / "easel.db"):
            await asyncio.Event().wait()

    before = set(threading.enumerate())
    task = asyncio.create_task(open_and_wait())
    await opening.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    left = [thread for thread in threading.enumerate() if "connection_worker" in thread.name]
    for thread in set(left) - before:
        thread.join(timeout=60)  # it ends by itself, after it has reported that it does
        assert not thread.is_alive()


def test_a_database_behind_another_programs_lock_may_be_opened_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upgrade_without_patience(path: Path) -> None:
        with sqlite3.connect(path, isolation_level=None, timeout=0) as own:
            own.execute("BEGIN IMMEDIATE")

    path = tmp_path / "old.db"
    monkeypatch.setattr("storage.engine.sqlite.upgrade", upgrade_without_patience)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(NotNow, match="locked"):
            prepare_database(path)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EROFS, "Read-only file system"), False),
        (sqlite3.DatabaseError("file is not a database"), False),
    ],
)
def test_a_full_disk_is_no_wrong_setting(error: Exception, *, expected: bool) -> None:
    assert is_passing(error) is expected
