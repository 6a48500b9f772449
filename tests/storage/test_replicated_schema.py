"""The schema on PostgreSQL: made once by the first replica, and used by releases side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from psycopg import OperationalError

import storage.migrations
from bot.domain.errors import NotNow, StartupError, StoreError
from storage.engine.failures import is_broken_connection, translate
from storage.engine.postgres import PostgresDatabase
from storage.engine.postgresql.check import inspect_server
from storage.engine.postgresql.opening import (
    explain_failure,
    open_postgres,
    open_postgres_for_reading,
)
from storage.migrations import HEAD, upgrade_connection
from tests.support.postgres import create_database


@pytest.fixture
async def empty_url(postgres_server: str) -> AsyncIterator[str]:
    async with create_database(postgres_server, is_empty=True) as url:
        yield url


async def run_sql(url: str, *statements: str) -> None:
    database = PostgresDatabase(url)
    for statement in statements:
        await database.write(lambda c, s=statement: c.exec_driver_sql(s).close())  # type: ignore[misc] # bound now
    await database.close()


async def test_replicas_that_start_at_once_make_the_tables_once(empty_url: str) -> None:
    async def start() -> None:
        async with open_postgres(empty_url) as database:
            await database.read(lambda c: c.exec_driver_sql("SELECT * FROM turns").close())

    await asyncio.gather(*(start() for _ in range(4)))
    report = await inspect_server(empty_url)
    assert (report.revision, report.problems) == (HEAD, ())


async def test_an_older_easel_goes_on_until_a_release_has_taken_something_away(
    postgres_url: str,
) -> None:
    newer = "UPDATE alembic_version SET version_num = '9998'"
    await run_sql(postgres_url, newer)
    async with open_postgres(postgres_url):
        pass  # the newer release has only added
    await run_sql(postgres_url, "UPDATE easel_schema SET oldest = '9997'")
    with pytest.raises(StartupError, match="9997 is the oldest that may go on with it"):
        async with open_postgres(postgres_url):
            pass


async def test_a_release_that_takes_away_says_who_may_go_on(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.migrations, "OLDEST", "7777")
    database = PostgresDatabase(postgres_url)
    await database.write(upgrade_connection)
    found = await database.read(lambda c: c.exec_driver_sql("TABLE easel_schema").scalars().all())
    await database.close()
    assert list(found) == ["7777"]


async def test_another_programs_tables_and_a_standing_schema_are_left_alone(
    empty_url: str, postgres_url: str
) -> None:
    await run_sql(empty_url, "CREATE TABLE shop (id integer)")
    with pytest.raises(StartupError, match="another program's tables"):
        async with open_postgres(empty_url):
            pass
    assert "another program's tables" in (await inspect_server(empty_url)).problems[0]
    await run_sql(postgres_url, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(NotNow, match="schema 0001"):
        async with open_postgres_for_reading(postgres_url):
            pass


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda url: url.replace("/easel_", "/none_"), "there is no such database"),
        (lambda url: url.split("?")[0] + "?host=/nowhere", "nothing answers there"),
        (lambda url: url.replace("postgres:", "stranger:"), "refuses the user or the password"),
        (lambda url: f"{url}&sslmode=sometimes", "an option in the address is wrong"),
        (lambda url: f"{url}&colour=red", "an option in the address is wrong"),
        (lambda url: f"{url}&target_session_attrs=standby", "an option in the address is wrong"),
        (lambda url: f"{url}&options=-c%20no_such_thing%3D1", "an option in the address is wrong"),
    ],
)
async def test_what_keeps_it_from_opening_is_said_without_the_password(
    postgres_url: str, change: object, said: str
) -> None:
    url = change(postgres_url.replace(":@", ":secret@"))  # type: ignore[operator] # a function
    with pytest.raises(NotNow) as raised:
        async with open_postgres(url):
            pass
    assert said in str(raised.value) and "secret" not in str(raised.value)
    assert said in (await inspect_server(url)).problems[0]


async def test_a_server_without_encryption_is_told_from_one_that_is_away() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # what asks for encryption
        writer.write(b"N")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"postgresql://easel@127.0.0.1:{port}/easel?sslmode=require"
        assert "no encrypted connection" in (await inspect_server(url)).problems[0]


def test_a_host_that_no_one_knows_is_told_from_one_that_is_away() -> None:
    words = "failed to resolve host 'db.exampel.com': [Errno -2] Name or service not known"
    error = translate(OperationalError(words))
    assert isinstance(error, StoreError) and "no such host is known" in explain_failure(error)
    assert is_broken_connection(OperationalError(words))  # it is tried again as any outage


async def test_who_may_not_create_and_a_wrong_encoding_are_named(empty_url: str) -> None:
    await run_sql(
        empty_url, "CREATE ROLE reader_only LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    )
    url = empty_url.replace("postgres:", "reader_only:")
    problems = (await inspect_server(url)).problems
    await run_sql(empty_url, "DROP ROLE reader_only")
    assert "may not create tables in the schema public" in problems[0]
