"""`easel move`: copies an installation's database from SQLite to PostgreSQL."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot.app.replicas.pseudonym_key import KEY_FILE_NAME, move_pseudonym_key
from bot.config import Settings, reveal_secret
from bot.config.home import expand_path
from bot.config.values import POSTGRES_PREFIX, SQLITE_PREFIX, check_database_url
from bot.disk.presence import is_present
from bot.domain.errors import StartupError


def run_command(settings: Settings, options: argparse.Namespace) -> int:
    """Copy, compare and print one line for each table; return the exit code.

    Raises `StartupError`: nothing is lost, the source is as it was.
    """
    # Imported here because no other command needs PostgreSQL's driver.
    from storage.engine.postgresql.opening import describe_address
    from storage.moving.move import move_database

    source, target = _read_source(options.source, settings), _read_target(options.target)
    secret = _find_secret(settings)
    sys.stdout.write(f"copying {source} to {describe_address(target)}\n")
    reports = move_database(source, target, _tell)
    for report in reports:
        sys.stdout.write(f"{report.table}: {report.rows:,} rows, sha256 {report.digest[:16]}\n")
    asyncio.run(_move_key(settings, target, secret))
    rows = sum(report.rows for report in reports)
    sys.stdout.write(
        f"All {rows:,} rows are there, and the same. Set DATABASE_URL to the new address; the file"
        f" {source} is as it was, and must not be used by a running Easel any more.\n"
    )
    return 0


def _find_secret(settings: Settings) -> str:
    """Return the secret that encrypts the key of pseudonyms. Raises `StartupError` without one."""
    secret = reveal_secret(settings.secret)
    if not secret and (settings.data_dir / KEY_FILE_NAME).exists():
        raise StartupError(
            [
                "EASEL_SECRET: set the secret that the replicas will have; with it the key of"
                f" pseudonyms in {settings.data_dir} goes along"
            ]
        )
    return secret


async def _move_key(settings: Settings, target: str, secret: str) -> None:
    from storage.engine.postgresql.opening import open_postgres

    async with open_postgres(target) as database:
        await move_pseudonym_key(settings.data_dir, database, secret)


def _tell(table: str) -> None:
    sys.stdout.write(f"  {table} …\n")
    sys.stdout.flush()


def _read_source(url: str, settings: Settings) -> Path:
    if not url.startswith(SQLITE_PREFIX):
        raise StartupError(["--from: give sqlite:///path/to/easel.db"])
    path = settings.home / expand_path(url.removeprefix(SQLITE_PREFIX))
    if not is_present(path):
        raise StartupError([f"--from: there is no database at {path}"])
    return path


def _read_target(url: str) -> str:
    try:
        target = check_database_url(url)
    except ValueError as error:
        raise StartupError([f"--to: {error}"]) from error
    if not target.startswith(POSTGRES_PREFIX):
        raise StartupError(["--to: give postgresql://user:password@host:5432/database"])
    return target
