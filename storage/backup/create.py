"""Write a backup while Easel runs. See `archive.py` for its form."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.disk.private_folder import FILE_MODE
from bot.domain.errors import NotNow
from storage.backup.archive import DATABASE_NAME, Index, check_archive, is_kept, write_archive
from storage.migrations import open_for_migration, read_revision

# The pictures of an answer are shared, and leave the outbox, within seconds.
_MAX_TRIES = 5
_SELECT_UNSHARED = (
    "SELECT DISTINCT files.sha256 FROM files"
    " JOIN questions ON questions.answer_turn_id = files.turn_id"
    " WHERE NOT questions.shown AND files.sha256 != ''"
)


def create_backup(database: Path, data_dir: Path, target: Path, *, version: str) -> Index:
    """Write the backup `target` and read it again, whole, before it has its name.

    Raises `NotNow` where there is nothing to back up, or something is in the way.
    """
    if not database.exists():
        raise NotNow([f"DATABASE_URL: there is no database at {database} yet"])
    if target.exists() or target.is_symlink():
        raise NotNow([f"{target} is there already; give another name"])
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.new")
    try:
        with tempfile.TemporaryDirectory(prefix=".easel-backup-", dir=target.parent) as folder:
            _copy_consistently(database, data_dir, Path(folder))
            revision = _check_copy(Path(folder) / DATABASE_NAME)
            _write_synced(temporary, Path(folder), version=version, revision=revision)
        index = check_archive(temporary)
        os.link(temporary, target)  # unlike a rename, it replaces nothing
        _sync_folder(target.parent)
        return index
    except OSError as error:
        raise NotNow([f"{target} cannot be written ({error.strerror})"]) from error
    except sqlite3.Error as error:
        raise NotNow([f"DATABASE_URL: {database} cannot be read ({error})"]) from error
    finally:
        temporary.unlink(missing_ok=True)


def _copy_consistently(database: Path, data_dir: Path, folder: Path) -> None:
    """Copy everything, so that each picture is there which the copied database waits to share."""
    for _ in range(_MAX_TRIES):
        _copy_files(data_dir, folder)
        copy = folder / DATABASE_NAME
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as out:
            source.backup(out)
            unshared = {str(row[0]) for row in out.execute(_SELECT_UNSHARED)}
        # A picture that came between the two copies.
        _copy_files(data_dir, folder)
        if all((folder / "outbox" / name[:2] / name[2:]).exists() for name in unshared):
            return
    # Those are lost in the running Easel as well: the answer will say so.


def _copy_files(data_dir: Path, folder: Path) -> None:
    for path in sorted(data_dir.rglob("*")):
        name = str(path.relative_to(data_dir))
        if name == DATABASE_NAME or not is_kept(name) or path.is_symlink():
            continue
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, copy, follow_symlinks=False)
        except FileNotFoundError:
            continue  # shared meanwhile, or replaced by a newer catalogue


def _check_copy(copy: Path) -> str:
    """Return the revision of a copied database. Raises `NotNow` if it is damaged."""
    with closing(sqlite3.connect(copy)) as connection:
        # Of its own, so that the copy is one file.
        connection.execute("PRAGMA journal_mode = DELETE")
        found = connection.execute("PRAGMA integrity_check(3)").fetchall()
    if found != [("ok",)]:
        problems = "; ".join(str(row[0]) for row in found)
        raise NotNow([f"DATABASE_URL: the database is damaged ({problems[:300]})"])
    engine = open_for_migration(copy)
    try:
        revision = read_revision(engine)
    finally:
        engine.dispose()
    if revision is None:
        raise NotNow(["DATABASE_URL: that is no database of Easel"])
    return revision


def _write_synced(path: Path, folder: Path, *, version: str, revision: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        write_archive(file, folder, version=version, revision=revision)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
