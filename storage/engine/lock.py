"""One Easel per database file: the lock is the system's, so it ends with the process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.errors import StartupError


@contextmanager
def lock_database(database: Path) -> Iterator[None]:
    """Hold the lock of the database at `database`. Raises `RefuseToStart` where another has it.

    Whoever has it may take all claims in the database for those of processes that are gone.
    """
    path = database.with_name(database.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StartupError(
            [f"DATABASE_URL: {path} cannot be written ({error.strerror})"]
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StartupError(
            [f"DATABASE_URL: another Easel is running on {database}; stop it first"]
        ) from error
    try:
        yield
    finally:
        os.close(handle)
