"""What a PostgreSQL database lacks for Easel. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, inspect

from bot.domain.errors import StoreError
from storage.engine.postgres import CONNECTIONS, PostgresDatabase
from storage.engine.postgresql.opening import explain_failure
from storage.migrations import HEAD, read_connection_revision

# The oldest that PostgreSQL's makers still mend, with what the queries use.
_MIN_VERSION = 140_000
_SELECT_FACTS = """
SELECT current_setting('server_version_num')::integer, current_setting('server_version'),
  pg_encoding_to_char(encoding), has_schema_privilege(current_schema(), 'CREATE'),
  current_schema(),
  current_setting('max_connections')::integer, pg_is_in_recovery()
FROM pg_database WHERE datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class ServerReport:
    """What was found. `revision` is None where the database is empty."""

    version: str = ""
    revision: str | None = None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


async def inspect_server(url: str) -> ServerReport:
    """Return what the database at `url` is and lacks. Raises nothing for what is wrong with it."""
    database = PostgresDatabase(url)
    try:
        return await database.read(_inspect)
    except StoreError as error:
        return ServerReport(problems=(explain_failure(error),))
    finally:
        await database.close()


def _inspect(connection: Connection) -> ServerReport:
    row = connection.exec_driver_sql(_SELECT_FACTS).one()
    number, version, encoding, may_create, schema, most, is_standby = row
    revision = read_connection_revision(connection)
    problems = _judge_server(number, version, encoding, is_standby=is_standby)
    if schema is None:
        problems.append("the user has no schema; grant USAGE and CREATE on one")
    elif not may_create and revision != HEAD:
        problems.append(
            f"the user may not create tables in the schema {schema}; grant CREATE on it, or run"
            " `easel migrate` as a user who may"
        )
    if revision is None and inspect(connection).get_table_names():
        problems.append("it holds another program's tables; choose an empty one")
    if revision is not None and revision > HEAD:
        problems.append(f"it was written by a newer Easel (schema {revision})")
    room = (
        f"max_connections is {most}, and each replica takes up to {CONNECTIONS}: there is room for"
        f" {most // CONNECTIONS}"
    )
    warnings = (room,) if most < 2 * CONNECTIONS else ()
    return ServerReport(str(version), revision, tuple(problems), warnings)


def _judge_server(number: int, version: str, encoding: str, *, is_standby: bool) -> list[str]:
    problems = []
    if number < _MIN_VERSION:
        problems.append(f"PostgreSQL {version} is too old; Easel needs 14 or newer")
    if encoding != "UTF8":
        problems.append(f"its encoding is {encoding}; create it with ENCODING 'UTF8'")
    if is_standby:
        problems.append("it is a standby, which takes no writes; name the primary")
    return problems
