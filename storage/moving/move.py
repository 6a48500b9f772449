"""Moves a SQLite file into an empty PostgreSQL database. Interrupted, it goes on where it was.

`copying.py` copies the tables, `comparing.py` holds the two against each other, `progress.py` keeps
how far it is, in the target. Blocks: it is for the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import NotNow, StartupError
from storage.engine.failures import translate
from storage.engine.files import build_read_only_uri
from storage.engine.lock import lock_database
from storage.engine.postgresql.connections import build_driver_url
from storage.engine.text_values import register_text_values
from storage.migrations import HEAD, read_file_revision, upgrade_connection
from storage.moving.comparing import TableReport, compare_table
from storage.moving.copying import copy_table, set_next_ids
from storage.moving.progress import begin_move, end_move, list_filled_tables
from storage.schema import metadata

_TRIGGERS = "ALTER TABLE attempts {} TRIGGER USER"


def move_database(
    source: Path, target_url: str, tell: Callable[[str], None]
) -> Sequence[TableReport]:
    """Copy all tables of `source` into the database at `target_url`; return how each compares.

    `tell` is called with the name of each table before it is copied. Raises `StartupError` where
    the source is not up to date, the target is not empty, or a table is not the same afterwards;
    `NotNow` where an Easel runs on the source.
    """
    if (revision := read_file_revision(source)) != HEAD:
        raise StartupError(
            [f"--from: {source} has schema {revision}, not {HEAD}; run `easel migrate` on it first"]
        )
    with lock_database(source), _open(source, target_url) as (old, new):
        _begin(new, source)
        for table in metadata.sorted_tables:
            tell(table.name)
            copy_table(old, new, table)
        with old.connect() as before, new.connect() as after:
            reports = [compare_table(before, after, table) for table in metadata.sorted_tables]
        if different := [report.table for report in reports if not report.is_same]:
            raise StartupError(
                [
                    f"{', '.join(different)} in the target differ from the source; empty the target"
                    " and move again"
                ]
            )
        with new.begin() as connection:
            set_next_ids(connection)
            connection.execute(text(_TRIGGERS.format("ENABLE")))
            end_move(connection)
        return reports


def _begin(new: Engine, source: Path) -> None:
    with new.begin() as connection:
        upgrade_connection(connection, is_move=True)
        filled = list_filled_tables(connection)
        if not begin_move(connection, str(source.resolve())) and filled:
            raise StartupError(
                [f"--to: the database is not empty ({', '.join(filled[:3])}); choose an empty one"]
            )
        # The totals of what is spent are copied, and must not be added up a second time.
        connection.execute(text(_TRIGGERS.format("DISABLE")))


@contextmanager
def _open(source: Path, target_url: str) -> Iterator[tuple[Engine, Engine]]:
    old = create_engine(f"sqlite:///{build_read_only_uri(source)}&uri=true", poolclass=NullPool)
    new = create_engine(build_driver_url(target_url), poolclass=NullPool, hide_parameters=True)
    register_text_values(new)
    try:
        yield old, new
    except DBAPIError as error:
        raise NotNow([f"the move was interrupted ({translate(error)}); run it again"]) from error
    finally:
        old.dispose()
        new.dispose()
