"""Allow one Easel per database file. The operating system's lock ends with the process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.disk.private_folder import FILE_MODE, FOLDER_MODE
from bot.domain.errors import NotNow, StartupError


@contextmanager
def lock_database(database: Path) -> Iterator[None]:
    """Hold the lock of the file `database`. Raises `StartupError` if another process holds it.

    With the lock held, every claim in the database is one of a process that has ended.
    """
    path = database.with_name(database.name + ".lock")
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        handle = os.open(path, flags, FILE_MODE)
    except OSError as error:
        raise StartupError(
            [f"DATABASE_URL: {path} cannot be written ({error.strerror})"]
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise NotNow(
            [f"DATABASE_URL: another Easel is running on {database}; stop it first"]
        ) from error
    try:
        yield
    finally:
        os.close(handle)
