"""Migrate a database file to the newest schema with Alembic. Forward only."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, inspect, pool
from sqlalchemy.engine import Engine

from bot.domain.errors import StartupError

HEAD = "0007"


def upgrade(path: Path) -> None:
    """Migrate the SQLite file at `path` to `HEAD`.

    Raises `StartupError` if it holds the tables of another program or of a newer Easel.
    """
    engine = create_engine(f"sqlite:///{path}", poolclass=pool.NullPool)
    try:
        revision = read_revision(engine)
        if revision == HEAD:
            return
        if revision is None and inspect(engine).get_table_names():
            raise StartupError([f"{path} holds another program's tables; choose another file"])
        if revision is not None and revision > HEAD:
            raise StartupError(
                [f"{path} was written by a newer Easel (schema {revision}); this one knows {HEAD}"]
            )
        _run_alembic(engine)
    finally:
        engine.dispose()


def read_revision(engine: Engine) -> str | None:
    """Return the schema version of the database, or None if Alembic has never run on it."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        return None if row is None else str(row[0])


def _run_alembic(engine: Engine) -> None:
    # Imported here because a database that is up to date, the usual case, does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
