"""The folder that `--keep` names: private, for one playground at a time, and its own.

See `chats.py` for what is kept in it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.disk.private_folder import FILE_MODE, FOLDER_MODE
from bot.domain.errors import NotNow, StartupError

CHATS_NAME, APPLICATION_ID = "slack.db", 0x4541534C  # "EASL", in the head of the file
_LOCK_NAME = "playground.lock"
# What a first start leaves that ended before it wrote anything.
_EARLY_NAMES = {_LOCK_NAME, CHATS_NAME, f"{CHATS_NAME}-journal"}
_SQLITE_MAGIC, _HEAD_BYTES = b"SQLite format 3\x00", 72
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@contextmanager
def open_kept_folder(folder: Path) -> Iterator[Path]:
    """Yield the folder as an absolute path, made if it is missing, and locked.

    Raises `StartupError` if it cannot be used or holds something else, `NotNow` if a running
    playground has it. A folder that is refused is left as it is.
    """
    try:
        found = folder.expanduser().resolve()
        found.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        lock = _open_lock(folder, found)
    except (OSError, RuntimeError, ValueError) as error:
        raise _build_refusal(folder, _format_reason(error)) from error
    try:
        _take_lock(folder, lock)
        yield found
    finally:
        os.close(lock)


def _take_lock(folder: Path, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        message = f"--keep {folder}: a running playground uses it; end that one first"
        raise NotNow([message]) from error


def _open_lock(folder: Path, found: Path) -> int:
    """Check the folder, make it private, and return its lock's file."""
    handle = os.open(found, _FOLDER_FLAGS)
    try:
        _check_folder(folder, handle)
        lock = _open_file(_LOCK_NAME, handle)
        os.fchmod(handle, FOLDER_MODE)
        return lock
    finally:
        os.close(handle)


def prepare_private_file(path: Path) -> None:
    """Create the file for this user alone if it is missing. Raises `OSError`, also for a link."""
    folder = os.open(path.parent, _FOLDER_FLAGS)
    try:
        os.close(_open_file(path.name, folder))
    finally:
        os.close(folder)


def _check_folder(folder: Path, handle: int) -> None:
    """Raise `StartupError` unless the folder is this user's, and empty or a playground's."""
    if os.fstat(handle).st_uid != os.geteuid():
        raise _build_refusal(folder, "it belongs to another user")
    names = set(os.listdir(handle))
    head = _read_head(CHATS_NAME, handle)
    is_early = names <= _EARLY_NAMES and not head
    if not is_early and not _is_own(head):
        raise _build_refusal(folder, "it holds other files; name an empty or a new folder")


def _is_own(head: bytes) -> bool:
    return head.startswith(_SQLITE_MAGIC) and head[68:72] == APPLICATION_ID.to_bytes(4, "big")


def _read_head(name: str, folder: int) -> bytes:
    """Return the first bytes of a file, none if it is missing, empty, or not a plain file."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        file = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        # A link is somebody else's; so is what this user may not read.
        return b"" if error.errno == errno.ENOENT else b"?"
    try:
        is_plain = stat.S_ISREG(os.fstat(file).st_mode)
        return os.read(file, _HEAD_BYTES) if is_plain else b"?"
    finally:
        os.close(file)


def _open_file(name: str, folder: int) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    file = os.open(name, flags, FILE_MODE, dir_fd=folder)
    os.fchmod(file, FILE_MODE)
    return file


def _build_refusal(folder: Path, reason: str) -> StartupError:
    return StartupError([f"--keep {folder}: {reason}"])


def _format_reason(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"it cannot be used as a folder ({reason})"
