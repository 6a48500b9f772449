"""A folder whose files only this user may read, from their first byte on.

Below the folder no symbolic link is followed, whoever has put it there and whenever: a link could
lead what is written, or deleted, to any file that this user may change.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: the names that lead to it from the folder, its size, and when it was last used."""

    names: tuple[str, ...]
    size: int
    used_ns: int


class PrivateFolder:
    """The folder `inside` of `root`. `root` may be a link: it is where its owner wants it.

    Every method raises `OSError`, `ELOOP` or `ENOTDIR` where a link is in the way.
    """

    def __init__(self, root: Path, *inside: str) -> None:
        self._root = root
        self._inside = inside

    def read(self, *names: str, max_bytes: int | None = None) -> bytes:
        """Return all of a file. `EFBIG` if it has more than `max_bytes`."""
        with self._open_parent(names) as parent:
            return _read_file(names[-1], parent, max_bytes)

    def write(self, data: bytes, *names: str) -> None:
        """Write a file: after a crash it is there as a whole, or as it was before."""
        with self._open_parent(names, create=True) as parent:
            # Renamed only when it is complete, so that no incomplete file is ever read.
            temporary = f"{secrets.token_hex(8)}.new"
            try:
                with self._create(temporary, parent) as file:
                    _write_all(file, data)
                    os.fsync(file)
                os.rename(temporary, names[-1], src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary, dir_fd=parent)
                raise
            os.fsync(parent)

    @contextmanager
    def open_for_writing(self, *names: str) -> Iterator[int]:
        """Empty or create a file; yield its descriptor."""
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | _FILE_FLAGS
        with self._open_parent(names, create=True) as parent:
            file = os.open(names[-1], flags, FILE_MODE, dir_fd=parent)
        try:
            os.fchmod(file, FILE_MODE)
            yield file
        finally:
            os.close(file)

    def get_size(self, name: str) -> int:
        """Return the size of a file. A link has one, too: its own."""
        with self._open_parent((name,)) as parent:
            return os.stat(name, dir_fd=parent, follow_symlinks=False).st_size

    def rename(self, name: str, new_name: str) -> None:
        with self._open_parent((name,)) as parent:
            os.rename(name, new_name, src_dir_fd=parent, dst_dir_fd=parent)
            os.fsync(parent)

    def touch(self, *names: str) -> None:
        """Note that a file is in use."""
        with self._open_parent(names) as parent:
            os.utime(names[-1], dir_fd=parent, follow_symlinks=False)

    def remove(self, *names: str) -> None:
        """Remove a file, or a link itself, if it is there."""
        with contextlib.suppress(FileNotFoundError), self._open_parent(names) as parent:
            os.unlink(names[-1], dir_fd=parent)

    def list_entries(self) -> list[Entry]:
        """List the files of the folders in this folder. What is behind a link is not listed."""
        found: list[Entry] = []
        with contextlib.suppress(FileNotFoundError), self._open_parent(("",)) as top:
            for name in os.listdir(top):  # noqa: PTH208 - a descriptor
                with contextlib.suppress(OSError):
                    folder = os.open(name, _FOLDER_FLAGS, dir_fd=top)
                    try:
                        found += _list_files(name, folder)
                    finally:
                        os.close(folder)
        return found

    @contextmanager
    def _create(self, name: str, parent: int) -> Iterator[int]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE_FLAGS
        file = os.open(name, flags, FILE_MODE, dir_fd=parent)
        try:
            yield file
        finally:
            os.close(file)

    @contextmanager
    def _open_parent(self, names: tuple[str, ...], *, create: bool = False) -> Iterator[int]:
        """Yield a descriptor of the folder that holds the file `names` lead to."""
        if create:
            self._root.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        current = os.open(self._root, _FOLDER_FLAGS & ~os.O_NOFOLLOW)
        try:
            for name in (*self._inside, *names[:-1]):
                outer, current = current, _open_folder(name, current, create=create)
                os.close(outer)
            yield current
        finally:
            os.close(current)


def _open_folder(name: str, outer: int, *, create: bool) -> int:
    try:
        return os.open(name, _FOLDER_FLAGS, dir_fd=outer)
    except FileNotFoundError:
        if not create:
            raise
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, FOLDER_MODE, dir_fd=outer)
        os.fsync(outer)
    return os.open(name, _FOLDER_FLAGS, dir_fd=outer)


def _read_file(name: str, parent: int, max_bytes: int | None) -> bytes:
    file = os.open(name, os.O_RDONLY | _FILE_FLAGS, dir_fd=parent)
    with open(file, "rb") as opened:  # noqa: PTH123 - a descriptor
        if max_bytes is not None and os.fstat(file).st_size > max_bytes:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return opened.read()


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def _list_files(folder_name: str, folder: int) -> Iterator[Entry]:
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISDIR(status.st_mode):
                yield Entry((folder_name, name), status.st_size, status.st_mtime_ns)
