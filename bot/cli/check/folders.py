"""For `easel check`: whether the data folder and the database can be written, and have room.

Creates nothing: what is not there yet is judged by the nearest folder above it that is.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.alerts.sources import judge_disk
from bot.cli.check.finding import Finding
from bot.config import Settings
from bot.disk.presence import is_present

_NAME = "disk"
# What a database consists of: the file, two of SQLite's, and the lock.
_DATABASE_SUFFIXES = ("", "-wal", "-shm", ".lock")
_MB = 1024 * 1024
_MAX_NAMED = 3


async def check_folders(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what keeps Easel from writing; one line if nothing does."""
    for finding in await asyncio.to_thread(lambda: list(_check_folders(settings))):
        yield finding


def _check_folders(settings: Settings) -> Iterator[Finding]:
    folder, database = settings.data_dir, settings.database_path
    problems = [
        find_write_problem(folder, _list_entries(folder), "EASEL_DATA_DIR"),
        find_write_problem(database.parent, _list_database_files(database), "DATABASE_URL"),
    ]
    found = list(dict.fromkeys(problem for problem in problems if problem))
    if database.parent == folder and problems[0]:
        found = found[:1]  # the folder's problem is the database's
    yield from (Finding(ok=False, name=_NAME, text=problem) for problem in found)
    disks = dict[int, Path]()
    for path in (folder, database.parent):
        nearest = find_nearest(path)
        disks.setdefault(nearest.stat().st_dev, nearest)
    rooms = [judge_room(path) for path in disks.values()]
    yield from (room for room in rooms if not room.ok or room.is_warning or not found)


def find_nearest(path: Path) -> Path:
    """Return `path` if it is there, else the nearest above it that is."""
    return next((each for each in (path, *path.parents) if is_present(each)), Path("/"))


def find_write_problem(folder: Path, files: list[Path], setting: str) -> str:
    """Return what keeps this user from writing `files` in `folder`, and what to do; "" if nothing.

    Blocks.
    """
    nearest = find_nearest(folder)
    if not nearest.is_dir():
        return f"{setting}: {nearest} is no folder; move it, or choose another one"
    if _is_read_only(nearest):
        return (
            f"{setting}: {nearest} is on a disk that is mounted read-only; mount it for writing, or"
            " choose another folder"
        )
    if not os.access(nearest, os.W_OK | os.X_OK):
        what = f"create {folder} in {nearest}" if nearest != folder else f"write to {folder}"
        return f"{setting}: this user may not {what}; give it to the user who runs Easel"
    locked = [path for path in files if not os.access(path, _list_rights(path))]
    if locked:
        named = ", ".join(path.name for path in locked[:_MAX_NAMED])
        return (
            f"{setting}: this user may not write {named} in {folder}; give all of it to the user"
            " who runs Easel"
        )
    return ""


def judge_room(folder: Path) -> Finding:
    """Judge by what the operators' message goes by how much is left on the disk of `folder`."""
    usage, disk = shutil.disk_usage(folder), os.statvfs(folder)
    if usage.free < _MB or (disk.f_files and not disk.f_favail):
        what = "is full" if usage.free < _MB else "has no room for another file (inodes)"
        text = f"the disk of {folder} {what}: nothing can be stored or answered; make room there"
        return Finding(ok=False, name=_NAME, text=text)
    reading = judge_disk(str(folder), usage.total, usage.free)
    left = f"{usage.free // _MB:,} MB is left on the disk of {folder}"
    if reading is not None and reading.is_known:
        text = f"{left}, which is nearly full; make room there"
        return Finding(ok=True, name=_NAME, text=text, is_warning=True)
    return Finding(ok=True, name=_NAME, text=left)


def _list_entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _list_database_files(database: Path) -> list[Path]:
    files = (database.with_name(database.name + suffix) for suffix in _DATABASE_SUFFIXES)
    return [path for path in files if is_present(path)]


def _list_rights(path: Path) -> int:
    return os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)


def _is_read_only(folder: Path) -> bool:
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
