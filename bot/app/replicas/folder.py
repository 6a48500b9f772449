"""A folder for each replica of one machine: working copies and traces are not for two at once."""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.disk.private_folder import FILE_MODE, FOLDER_MODE
from bot.domain.errors import StartupError

FOLDER_NAME = "replicas"
_MAX_REPLICAS = 1_000


@contextmanager
def take_replica_folder(data_dir: Path) -> Iterator[Path]:
    """Take the first folder of `replicas/` that no running process has, and hold it.

    The operating system's lock ends with the process: the next one finds its working copies.
    Raises `StartupError`.
    """
    parent = data_dir / FOLDER_NAME
    try:
        parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        number, handle = _take_first(parent)
    except OSError as error:
        raise StartupError([f"EASEL_DATA_DIR: {parent} cannot be used ({error})"]) from error
    try:
        folder = parent / str(number)
        try:
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        except OSError as error:
            raise StartupError([f"EASEL_DATA_DIR: {folder} cannot be used ({error})"]) from error
        yield folder
    finally:
        os.close(handle)


def _take_first(parent: Path) -> tuple[int, int]:
    """Return the first number that is free, and what holds it."""
    for number in itertools.count(1):
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        handle = os.open(parent / f"{number}.lock", flags, FILE_MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            if number >= _MAX_REPLICAS:
                raise
            continue
        except BaseException:
            os.close(handle)
            raise
        return number, handle
    raise AssertionError("unreachable")
