"""Create a database, or migrate it to the newest schema with Alembic. Forward only."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, create_engine, event, inspect, pool
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import StartupError
from storage import (
    schema_budgets,  # noqa: F401 - declares its tables and triggers
    schema_troubles,  # noqa: F401 - declares its table
)
from storage.alerts import schema as schema_alerts  # noqa: F401 - declares its table
from storage.asks import schema as schema_asks  # noqa: F401 - declares its table
from storage.engine.files import build_read_only_uri
from storage.engine.named_locks import lock
from storage.feedback import schema as schema_feedback  # noqa: F401 - declares its table
from storage.jobs.tables import create_job_tables
from storage.pictures import schema as schema_pictures  # noqa: F401 - declares its tables
from storage.prices import schema as schema_prices  # noqa: F401 - declares its table
from storage.recipes import schema as schema_recipes  # noqa: F401 - declares its table
from storage.replicas import schema as schema_replicas  # noqa: F401 - declares its tables
from storage.schema import metadata
from storage.steering import schema as schema_steering  # noqa: F401 - declares its table

HEAD = "0026"
# The oldest schema whose Easel can work on this one: other replicas may still be of an earlier
# release. A release only adds to the schema; a later one drops what is no longer used, and then
# raises this to the first that does without.
OLDEST = "0015"
_SUPPORT_TABLE = "easel_schema"
# It is there while `storage/moving` fills the database.
MOVE_TABLE = "easel_move"


def upgrade(path: Path) -> None:
    """Create the tables of an empty SQLite file at `path`, or migrate the file to `HEAD`.

    Raises `StartupError` if it holds the tables of another program or of a newer Easel.
    """
    engine = open_for_migration(path)
    try:
        revision = read_revision(engine)
        if revision == HEAD:
            return
        if revision is None:
            if inspect(engine).get_table_names():
                raise StartupError([f"{path} holds another program's tables; choose another file"])
            _create_tables(engine)
            return
        if revision > HEAD:
            raise StartupError(
                [f"{path} was written by a newer Easel (schema {revision}); this one knows {HEAD}"]
            )
        run_migrations(engine)
    finally:
        engine.dispose()


def upgrade_connection(connection: Connection, *, is_move: bool = False) -> None:
    """Create the tables of an empty PostgreSQL database, or migrate it to `HEAD`, in the
    transaction of `connection`. Of several replicas that start at once, the others wait for one.

    Raises `StartupError` as `upgrade` does, and where a move into the database is not finished,
    unless `is_move` says that it is this one.
    """
    lock(connection, "migration")
    if not is_move and inspect(connection).has_table(MOVE_TABLE):
        raise StartupError(
            ["DATABASE_URL: a move into the database is not finished; run `easel move` again"]
        )
    revision = read_connection_revision(connection)
    if revision is None:
        if inspect(connection).get_table_names():
            raise StartupError(
                ["DATABASE_URL: the database holds another program's tables; choose an empty one"]
            )
        _fill_with_tables(connection)
    elif revision > HEAD:
        # While replicas are replaced one by one, an older one may be started once more.
        if (oldest := _read_oldest(connection)) > HEAD:
            raise StartupError(
                [
                    f"DATABASE_URL: the database was written by a newer Easel (schema {revision}),"
                    f" and schema {oldest} is the oldest that may go on with it; this one knows"
                    f" {HEAD}"
                ]
            )
        return
    elif revision < HEAD:
        _run_on_connection(connection, HEAD)
    _write_oldest(connection)


def _read_oldest(connection: Connection) -> str:
    if not inspect(connection).has_table(_SUPPORT_TABLE):
        return HEAD + "+"
    return str(connection.exec_driver_sql(f"SELECT max(oldest) FROM {_SUPPORT_TABLE}").scalar())  # noqa: S608 - ours


def _write_oldest(connection: Connection) -> None:
    """Note which Easels may go on with the schema as it is now."""
    if inspect(connection).has_table(_SUPPORT_TABLE) and _read_oldest(connection) == OLDEST:
        return
    connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {_SUPPORT_TABLE} (oldest text)")
    connection.exec_driver_sql(f"DELETE FROM {_SUPPORT_TABLE}")  # noqa: S608 - our own name
    connection.exec_driver_sql(f"INSERT INTO {_SUPPORT_TABLE} VALUES ('{OLDEST}')")  # noqa: S608 - our own


def open_for_migration(path: Path) -> Engine:
    """Return an engine whose transactions hold changes of the schema, too.

    The driver would begin them with the first change of a row, so that a migration that is
    interrupted would be there by half, and could not be run again.
    """
    engine = create_engine(
        f"sqlite:///{path}", poolclass=pool.NullPool, connect_args={"isolation_level": None}
    )

    @event.listens_for(engine, "begin")
    def begin_explicitly(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def read_revision(engine: Engine) -> str | None:
    """Return the schema version of the database, or None if Alembic has never run on it."""
    with engine.connect() as connection:
        return read_connection_revision(connection)


def read_connection_revision(connection: Connection) -> str | None:
    """As `read_revision`, on a connection."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def read_file_revision(path: Path) -> str | None:
    """Return the schema version of the SQLite file at `path`, which is not changed.

    Raises `StartupError` if it cannot be read.
    """
    engine = create_engine(f"sqlite:///{build_read_only_uri(path)}&uri=true")
    try:
        return read_revision(engine)
    except DBAPIError as error:
        raise StartupError([f"DATABASE_URL: {path} cannot be read ({error.orig})"]) from error
    finally:
        engine.dispose()


def describe_schema(revision: str | None) -> str:
    """Say what is wrong with a database of this revision, as the end of a sentence."""
    if revision is None:
        return "is no database of Easel's"
    if revision > HEAD:
        return f"was written by a newer Easel (schema {revision}); this one knows {HEAD}"
    return (
        f"has schema {revision}, and this Easel reads {HEAD}: the next start of Easel, or"
        " `easel migrate`, brings it to that"
    )


def _create_tables(engine: Engine) -> None:
    """Create the declared tables at once: Alembic would need a second, and 10 MB of memory."""
    with engine.begin() as connection:
        _fill_with_tables(connection)


def _fill_with_tables(connection: Connection) -> None:
    metadata.create_all(connection)
    create_job_tables(connection)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")  # noqa: S608 - our own


def run_migrations(engine: Engine, revision: str = HEAD) -> None:
    """Run the migrations up to `revision` that the database has not seen; all where it is empty.

    All of them are one transaction.
    """
    with engine.begin() as connection:
        _run_on_connection(connection, revision)


def _run_on_connection(connection: Connection, revision: str) -> None:
    # Imported here because a database that is up to date, the usual case, does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
