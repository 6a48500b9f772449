"""Statements that the driver runs itself give the same rows and fail in the same way."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, insert, select, text, update

from bot.domain.errors import StoreError
from storage.engine.database import Database
from storage.engine.failures import is_outage
from storage.engine.prepared import PreparedStatement
from storage.engine.sqlite import open_database
from storage.schema import events, threads

_ADD = PreparedStatement(insert(events), columns=("event_id", "seen_at"))
_ADD_THREAD = PreparedStatement(
    insert(threads).values(joined=True, earlier_kept=bindparam("kept")).returning(threads.c.root),
    columns=("team", "channel", "root"),
)
_MOVE = PreparedStatement(
    update(events).where(events.c.seen_at < bindparam("before")).values(seen_at=bindparam("new_at"))
)
_SELECT = PreparedStatement(
    select(events.c.event_id, events.c.seen_at.label("at")).order_by(events.c.event_id)
)
_THREAD = {"team": "T", "channel": "C", "root": "1.0"}


def add(connection: Connection, *names: str) -> None:
    for name in names:
        _ADD.count_changed(connection, {"event_id": name, "seen_at": 1.0})


async def test_rows_come_with_their_names(database: Database) -> None:
    await database.write(lambda c: add(c, "a", "b"))
    rows = await database.read(lambda c: _SELECT.fetch_rows(c, {}))
    assert [(row.event_id, row.at) for row in rows] == [("a", 1.0), ("b", 1.0)]
    first = await database.read(lambda c: _SELECT.fetch_row(c, {}))
    assert first == rows[0] and await database.read(lambda c: _SELECT.fetch_value(c, {})) == "a"


async def test_nothing_is_none(database: Database) -> None:
    assert await database.read(lambda c: _SELECT.fetch_row(c, {})) is None
    assert await database.read(lambda c: _SELECT.fetch_value(c, {})) is None
    assert await database.read(lambda c: _SELECT.fetch_rows(c, {})) == []


async def test_changed_rows_are_counted(database: Database) -> None:
    await database.write(lambda c: add(c, "a", "b"))
    for before, count in ((1.0, 0), (2.0, 2)):
        values = {"before": before, "new_at": 1.0}
        assert await database.write(lambda c, v=values: _MOVE.count_changed(c, v)) == count  # type: ignore[misc] # bound now


async def test_values_of_the_statement_and_of_the_call_are_both_stored(database: Database) -> None:
    root = await database.write(lambda c: _ADD_THREAD.fetch_value(c, {**_THREAD, "kept": False}))
    assert root == "1.0"
    row = await database.read(lambda c: c.execute(select(threads)).one())
    assert (row.joined, row.earlier_kept, row.tokens_reported) == (True, False, 0)


async def test_a_missing_parameter_is_no_null(database: Database) -> None:
    with pytest.raises(KeyError):
        await database.write(lambda c: _ADD_THREAD.fetch_value(c, _THREAD))


async def test_a_failing_body_leaves_nothing_of_them(database: Database) -> None:
    def add_twice(connection: Connection) -> None:
        add(connection, "a", "b")
        add(connection, "a")

    with pytest.raises(StoreError, match="SQLITE_CONSTRAINT"):
        await database.write(add_twice)
    assert await database.read(lambda c: _SELECT.fetch_rows(c, {})) == []


async def test_a_body_that_fails_does_not_touch_those_of_its_batch(database: Database) -> None:
    await database.write(lambda c: add(c, "a"))
    results = await asyncio.gather(
        *(database.write(lambda c, name=name: add(c, name)) for name in ("b", "a", "c")),  # type: ignore[misc] # bound now
        return_exceptions=True,
    )
    assert [isinstance(result, StoreError) for result in results] == [False, True, False]
    rows = await database.read(lambda c: _SELECT.fetch_rows(c, {}))
    assert [row.event_id for row in rows] == ["a", "b", "c"]


async def test_a_lost_table_is_an_outage_as_for_any_statement(tmp_path: Path) -> None:
    async with open_database(tmp_path / "easel.db") as database:
        await database.write(lambda c: c.execute(text("DROP TABLE events")).close())
        with pytest.raises(StoreError):
            await database.write(lambda c: add(c, "a"))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (sqlite3.OperationalError("disk is full"), True),
        (sqlite3.DatabaseError("malformed"), True),
        (sqlite3.IntegrityError("twice"), False),
        (sqlite3.ProgrammingError("binding"), False),
        (sqlite3.InterfaceError("unsupported"), False),
        (sqlite3.DataError("too big"), False),
        (ValueError("a bug"), False),
    ],
)
def test_an_outage_is_told_from_a_refusal(error: Any, expected: bool) -> None:
    assert is_outage(error) is expected
