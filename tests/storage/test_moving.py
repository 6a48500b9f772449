"""A move to PostgreSQL: every row, once, whatever interrupts it; and nothing into a filled one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, Table, create_engine, func, insert, select

from bot.domain.errors import NotNow, StartupError
from storage.engine.lock import lock_database
from storage.engine.postgresql.connections import build_driver_url
from storage.engine.postgresql.opening import open_postgres
from storage.engine.sqlite import open_database
from storage.moving import copying, progress
from storage.moving.move import move_database
from storage.schema import attempts, events, metadata, threads, turns
from storage.schema_budgets import spending
from tests.support.postgres import create_database

_TURNS = 4_321


@pytest.fixture
async def source(tmp_path: Path) -> Path:
    """A database with what SQLite holds and PostgreSQL does not, and more rows than a batch."""
    path = tmp_path / "easel.db"
    odd = "NUL \x00, emoji 🖍, a half \\ud83d, 'quotes' and\nlines"
    thread = {"team": "T", "channel": "C", "root": "1"}
    rows = [
        {**thread, "ts": f"{number}.5", "place": f"{number}", "speaker": "person", "user": "U"}
        | {"text": odd if number % 7 == 0 else f"word {number}", "stored_at": number + 0.1}
        for number in range(_TURNS)
    ]
    request = {"team": "T", "channel": "C", "user": "U", "model": "m", "generation_id": "g"}
    async with open_database(path) as database:
        await database.write(
            lambda c: c.execute(insert(threads), {**thread, "joined": True, "earlier_kept": False})
        )
        await database.write(lambda c: c.execute(insert(turns), rows))
        await database.write(lambda c: c.execute(insert(events), {"event_id": "é", "seen_at": 1.0}))
        for cost in (None, 2**61, 5):
            row = {**request, "asked_at": 90_000.5, "cost_nano": cost, "worst_nano": 7}
            row["prompt_tokens"] = 2**40
            await database.write(lambda c, r=row: c.execute(insert(attempts), r))  # type: ignore[misc] # bound now
    return path


@pytest.fixture
async def empty_url(postgres_server: str) -> AsyncIterator[str]:
    async with create_database(postgres_server, is_empty=True) as url:
        yield url


def open_target(url: str) -> Engine:
    return create_engine(build_driver_url(url), poolclass=NullPool)


def read_all(url: str, table: Table) -> list[tuple[object, ...]]:
    with open_target(url).connect() as connection:
        return [tuple(row) for row in connection.execute(select(table))]


async def test_every_row_is_there_and_the_next_number_is_free(source: Path, empty_url: str) -> None:
    told: list[str] = []
    reports = {one.table: one for one in move_database(source, empty_url, told.append)}
    assert told == [table.name for table in metadata.sorted_tables]
    assert all(one.is_same for one in reports.values())
    assert reports["turns"].rows == _TURNS and reports["attempts"].rows == 3
    # The triggers that sum up what is spent have not added it up a second time.
    assert {row[4] for row in read_all(empty_url, spending)} == {2**61 + 5}
    async with open_postgres(empty_url) as database:
        row = {"model": "m", "generation_id": "", "team": "T", "cost_nano": 1, "asked_at": 90_001.0}
        new = insert(attempts).values(row).returning(attempts.c.id)
        assert await database.write(lambda c: c.scalar(new)) == 4
    assert {row[4] for row in read_all(empty_url, spending) if row[1] == "workspace"} == {2**61 + 6}


async def test_a_move_that_is_interrupted_goes_on_where_it_was(
    source: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = 0

    def break_off(*args: object) -> None:
        nonlocal batches
        batches += args[1] == "turns"
        if batches == 2:
            raise KeyboardInterrupt
        write_place(*args)  # type: ignore[arg-type] # a fake

    write_place = progress.write_place
    monkeypatch.setattr(copying, "write_place", break_off)
    with pytest.raises(KeyboardInterrupt):
        move_database(source, empty_url, lambda _: None)
    # Half of it must not be taken for the whole.
    with pytest.raises(StartupError, match="not finished"):
        async with open_postgres(empty_url):
            pass
    monkeypatch.undo()
    with open_target(empty_url).connect() as connection:
        before = connection.scalar(select(func.count()).select_from(turns)) or 0
    assert 0 < before < _TURNS
    assert all(one.is_same for one in move_database(source, empty_url, lambda _: None))
    async with open_postgres(empty_url):
        pass


async def test_nothing_is_moved_into_a_database_that_has_rows(
    source: Path, postgres_url: str
) -> None:
    row = {"event_id": "kept", "seen_at": 1.0}
    with open_target(postgres_url).begin() as connection:
        connection.execute(insert(events), row)
    with pytest.raises(StartupError, match=r"not empty \(events\)"):
        move_database(source, postgres_url, lambda _: None)
    assert read_all(postgres_url, events) == [("kept", 1.0)] and not read_all(postgres_url, turns)


async def test_two_sources_are_not_mixed_and_a_running_easel_is_not_copied(
    source: Path, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lock_database(source), pytest.raises(NotNow, match="stop it first"):
        move_database(source, empty_url, lambda _: None)
    monkeypatch.setattr(copying, "write_place", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        move_database(source, empty_url, lambda _: None)
    monkeypatch.undo()
    other = tmp_path / "other.db"
    async with open_database(other):
        pass
    with pytest.raises(StartupError, match=r"a move from .*easel\.db .* is not finished"):
        move_database(other, empty_url, lambda _: None)


async def test_an_older_file_and_an_unreachable_server_are_named(
    source: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotNow, match="run it again"):
        move_database(source, "postgresql:///x?host=/nowhere", lambda _: None)
    with pytest.raises(StartupError, match="cannot be read|has schema None"):
        move_database(tmp_path / "none.db", "postgresql:///x?host=/nowhere", lambda _: None)
