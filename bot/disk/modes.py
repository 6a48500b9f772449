"""Finds files that other users of the machine may read, and takes that from them.

See `private_folder.py` for files that are written from now on.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.disk.private_folder import FOLDER_MODE

_FOR_OTHERS = 0o077
_OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# What is in a data folder that holds other things, too.
_OWN_NAMES = (
    "easel.db*",
    "pseudonym.key",
    "blobs",
    "outbox",
    "replicas",
    "catalog*",
    "learnt",
    "stalled*.txt",
)


@dataclass(slots=True)
class Report:
    """What was found: files and folders that others may read, and links."""

    wide: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)
    unreadable: list[Path] = field(default_factory=list)  # whose mode cannot be seen or changed


def inspect_folder(folder: Path) -> Report:
    """Look at the data folder and all in it, without following any link below it."""
    report = Report()
    for path in _list_paths(folder, report):
        try:
            mode = path.lstat().st_mode
        except OSError:
            continue  # removed meanwhile
        if stat.S_ISLNK(mode):
            report.links.append(path)
        elif mode & _FOR_OTHERS and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            report.wide.append(path)
    return report


def tighten(paths: list[Path]) -> list[Path]:
    """Take files and folders from other users; return those where that is not allowed."""
    failed: list[Path] = []
    for path in paths:
        try:
            _tighten_path(path)
        except OSError:
            failed.append(path)
    return failed


def is_wide(path: Path) -> bool:
    """Whether `path` is a file that other users may read or write. A missing one is not."""
    try:
        return bool(path.stat().st_mode & _FOR_OTHERS)
    except OSError:
        return False


def _tighten_path(path: Path) -> None:
    handle = os.open(path, _OPEN_FLAGS)
    try:
        mode = stat.S_IMODE(os.fstat(handle).st_mode) & FOLDER_MODE
        os.fchmod(handle, mode)
    finally:
        os.close(handle)


def _list_paths(folder: Path, report: Report) -> Iterator[Path]:
    if not folder.is_dir():
        return
    yield folder.resolve()  # it may be a link itself
    if not _has_other_things(folder):
        yield from _walk(folder, report)
        return
    for pattern in _OWN_NAMES:
        for path in folder.glob(pattern):
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from _walk(path, report)


def _has_other_things(folder: Path) -> bool:
    """Whether the folder holds this program, too, or somebody's home: not all is ours then."""
    top = folder.resolve()
    others = (Path(__file__), Path(sys.prefix), Path("~").expanduser())
    return any(other.resolve().is_relative_to(top) for other in others)


def _walk(folder: Path, report: Report) -> Iterator[Path]:
    def note_error(error: OSError) -> None:
        report.unreadable.append(Path(str(error.filename)))

    for at, folders, files in os.walk(folder, followlinks=False, onerror=note_error):
        for name in (*folders, *files):
            yield Path(at, name)
