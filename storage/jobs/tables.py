"""Procrastinate's own tables, created and renewed with Easel's."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.engine.dialects import is_postgresql

# The newest file of Procrastinate's folder `sql/migrations` that its schema holds. A later version
# of it that brings more files needs a migration here that runs them: first those named `pre`, and
# those named `post` in the release after that.
NEWEST_MIGRATION = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
_INDEX_OF_PERSON = (
    'CREATE INDEX questions_of_person ON questions ("user", ts)'
    " WHERE NOT shown AND claimed_by = ''"
)


def create_job_tables(connection: Connection) -> None:
    """Create Procrastinate's tables, types and functions, and the index by which a question is
    found that waits for a person's place. Nothing on SQLite."""
    if not is_postgresql(connection):
        return
    from procrastinate.schema import SchemaManager

    _run_script(connection, SchemaManager.get_schema())
    connection.exec_driver_sql(_INDEX_OF_PERSON)


def _run_script(connection: Connection, script: str) -> None:
    """Run several statements. SQLAlchemy would send them with parameters, which takes only one."""
    # So that the transaction has begun, by SQLAlchemy's count, too.
    connection.exec_driver_sql("SELECT 1").close()
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - the statement above has used it
    driver.execute(script)
