"""`backup` and `restore`: an installation in one checked file, and back."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from bot.app.version import read_version
from bot.config import Settings
from bot.domain.errors import StartupError
from storage.backup.archive import Index
from storage.backup.create import create_backup
from storage.backup.restore import restore_backup


def run_command(settings: Settings, options: argparse.Namespace) -> int:
    """Write or restore a backup; return the exit code. Raises `StartupError`."""
    if settings.is_replicated:
        raise StartupError(
            [
                f"`{options.command}` is for SQLite; back PostgreSQL up with `pg_dump`, and the"
                " folder or bucket of EASEL_FILES with it"
            ]
        )
    database, data_dir, file = settings.database_path, settings.data_dir, options.backup_file
    if options.command == "backup":
        index = create_backup(database, data_dir, file, version=read_version())
        sys.stdout.write(f"{file} holds {_describe(index)}, and was read again whole\n")
    else:
        index = restore_backup(file, database, data_dir)
        sys.stdout.write(f"{data_dir} has what {file} held: {_describe(index)}\n")
    return 0


def _describe(index: Index) -> str:
    at = datetime.fromtimestamp(index.made_at, UTC)
    count = sum(name.startswith("outbox/") for name in index.files)
    pictures = f"{count} pictures not shared yet"
    return (
        f"the database (schema {index.revision}) and {pictures}, as of {at:%Y-%m-%d %H:%M:%S} UTC"
    )
