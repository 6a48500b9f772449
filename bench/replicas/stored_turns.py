"""Measures whether Easel slows down with what it remembers: a million turns, on both engines.

Each engine runs twice, once with nothing stored; all four take turns. Only times are compared.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.far_ends.envelopes import CHANNEL
from bench.far_ends.records import Record
from bench.light_run import COMMANDS, LightEnds, open_light_ends, start_program
from bench.replicas.server import Server, run_server
from bench.run import compute_median
from bench.table import print_row
from storage.engine.postgresql.opening import open_postgres
from storage.migrations import upgrade

HEADS = ("a million turns in 20,000 threads", "event → request ms, median", "ratio to none")
_TEAM = "T0EASEL"
_THREADS, _QUESTIONS_EACH = 20_000, 25  # each with its answer
_ROUNDS, _ONE_BY_ONE, _WARM_UP = 5, 12, 20

# A question and its answer for each number from 0, in threads of equal length.
_THREAD = f"'{_TEAM}', '{CHANNEL}', (1500000000 + n % {_THREADS}) || '.000100'"
_TS = f"(1500000000 + n % {_THREADS} + n / {_THREADS}) || '.' || (100 + n / {_THREADS}) * 1000"
_PLACED = f"{_THREAD}, {_TS}, {_TS}"
_TURN_COLUMNS = 'id, team, channel, root, ts, place, speaker, "user", text, stored_at, tokens'
_FILL = (
    f"INSERT INTO turns ({_TURN_COLUMNS}) SELECT 2 * n + 1, {_PLACED}, 'person', 'U' || n % 900,"
    " 'What is in the ledger of ship ' || n, 1500000000.0, 9 FROM numbers",
    f"INSERT INTO turns ({_TURN_COLUMNS}) SELECT 2 * n + 2, {_PLACED}, 'easel', '',"
    " 'A line for crate ' || n || ', and one for its crane', 1500000000.0, 14 FROM numbers",
    'INSERT INTO questions (turn_id, event_id, team, channel, root, ts, "user", user_team, state,'
    " attempt, claims, claimed_by, claimed_until, due_at, outcome, note, shown, stored_at,"
    " answer_turn_id)"
    f" SELECT 2 * n + 1, 'Ev' || n, {_THREAD}, {_TS}, 'U' || n % 900, '{_TEAM}', 'settled',"
    " 1, 1, '', 0, 0, 'answered', '', true, 1500000000.0, 2 * n + 2 FROM numbers",
    "INSERT INTO threads (team, channel, root, joined, earlier_kept)"
    f" SELECT {_THREAD}, true, true FROM numbers WHERE n < {_THREADS}",
)
_NUMBERS_OF_SQLITE = (
    "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers"
    f" WHERE n < {_THREADS * _QUESTIONS_EACH - 1})"
)
_NUMBERS_OF_POSTGRES = (
    f"WITH numbers(n) AS (SELECT generate_series(0, {_THREADS * _QUESTIONS_EACH - 1}))"
)
_MOVE_SEQUENCE = "SELECT setval(pg_get_serial_sequence('turns', 'id'), max(id)) FROM turns"


@dataclass(slots=True)
class Memory:
    """An Easel that remembers much or nothing, and the times of its questions."""

    name: str
    ends: LightEnds
    records: list[Record] = field(default_factory=list)

    async def ask(self, waves: list[int]) -> None:
        await self.ends.send(ask=waves)
        self.records += [Record(**record) for record in (await self.ends.read())["records"]]

    def compute_time(self) -> float:
        """Compute the median milliseconds from an event to its request."""
        times = [(record.requested_at - record.sent_at) * 1000 for record in self.records]
        return compute_median(times)


async def measure_stored_turns() -> None:
    """Print one row for each engine with nothing stored, and one with a million turns."""
    with run_server() as server:
        for engine, postgres in (("SQLite", None), ("PostgreSQL", server)):
            async with AsyncExitStack() as stack:
                pair = [
                    await stack.enter_async_context(open_memory(name, postgres, is_full=is_full))
                    for name, is_full in ((f"{engine}, none", False), (engine, True))
                ]
                for one in pair:
                    await one.ask([_WARM_UP])
                    one.records.clear()
                for _ in range(_ROUNDS):
                    for one in pair:
                        await one.ask([1] * _ONE_BY_ONE)
                first = pair[0].compute_time()
                for one in pair:
                    time = one.compute_time()
                    print_row(one.name, f"{time:.1f}", f"{time / first:.2f}")


@asynccontextmanager
async def open_memory(name: str, server: Server | None, *, is_full: bool) -> AsyncIterator[Memory]:
    """Start Easel on a database of its own, on SQLite where there is no `server`."""
    async with AsyncExitStack() as stack:
        ends = await stack.enter_async_context(open_light_ends())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-bench-")))
        settings = {} if server is None else server.create_database()
        if server is None:
            fill_sqlite(folder / "easel.db", is_full=is_full)
        else:
            await fill_postgres(settings["DATABASE_URL"], is_full=is_full)
        await stack.enter_async_context(start_program(COMMANDS["easel"], ends, folder, **settings))
        await ends.send(connect=1)
        await ends.read()
        yield Memory(name, ends)


def fill_sqlite(path: Path, *, is_full: bool) -> None:
    """Create the database, and its million turns with `is_full`."""
    upgrade(path)
    if is_full:
        with closing(sqlite3.connect(path)) as connection, connection:
            for statement in _FILL:
                connection.execute(_add_numbers(_NUMBERS_OF_SQLITE, statement))
            connection.execute("ANALYZE")


async def fill_postgres(url: str, *, is_full: bool) -> None:
    """As `fill_sqlite`."""
    async with open_postgres(url):
        pass
    if is_full:
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in _FILL:
                connection.execute(_add_numbers(_NUMBERS_OF_POSTGRES, statement).encode())
            connection.execute(_MOVE_SEQUENCE)
            connection.execute("VACUUM ANALYZE")


def _add_numbers(numbers: str, statement: str) -> str:
    return f"{numbers} {statement}"
