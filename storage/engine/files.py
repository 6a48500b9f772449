"""Keeps the files of a SQLite database to this user. SQLite follows links, and gives the files next
to the database the mode of the database."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from urllib.parse import quote

from bot.disk.private_folder import FILE_MODE

# What SQLite keeps next to a database (sqlite.org/tempfiles.html).
_SUFFIXES = ("", "-wal", "-shm", "-journal")


def protect_files(path: Path) -> None:
    """Create the database if it is missing, and take its files from other users.

    Raises `OSError`, also where one of them is a link.
    """
    refuse_links(path)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    os.close(os.open(path, flags, FILE_MODE))
    for one in _list_files(path):
        if one.exists() and one.stat().st_mode & 0o077:
            one.chmod(FILE_MODE)


def refuse_links(path: Path) -> None:
    """Raises `OSError` if one of the database's files is a link."""
    for one in _list_files(path):
        if one.is_symlink():
            raise OSError(errno.ELOOP, f"{one.name} is a symbolic link", str(one))


def build_read_only_uri(path: Path) -> str:
    """Return the address under which SQLite opens the database at `path` without changing it.

    SQLite keeps who reads in files next to it. Where it may write none, and there are none, no
    other process has the database open: a copy, say, or a disk that is mounted read-only.
    """
    wal = path.with_name(f"{path.name}-wal")
    is_still = not wal.exists() and not (
        os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    )
    return f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' * is_still}"


def _list_files(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in _SUFFIXES]
