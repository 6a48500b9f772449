"""Put a backup where no data is yet. See `archive.py` for its form."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.disk.private_folder import FOLDER_MODE
from bot.domain.errors import NotNow
from storage.backup.archive import DATABASE_NAME, Index, extract_archive
from storage.engine.lock import lock_database
from storage.migrations import HEAD


def restore_backup(source: Path, database: Path, data_dir: Path) -> Index:
    """Restore a backup into `data_dir`, and its database to `database`.

    Everything is checked before the first file has its place. Raises `NotNow` where Easel
    runs, where anything is there already, and for a backup that is damaged or of a newer Easel.
    """
    if not source.is_file():
        raise NotNow([f"{source}: there is no such file"])
    _refuse_data(database, data_dir)
    try:
        data_dir.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".easel-restore-", dir=data_dir.parent) as name:
            folder = Path(name) / "data"
            folder.mkdir(mode=FOLDER_MODE)
            index = extract_archive(source, folder)
            if index.revision > HEAD:
                raise NotNow(
                    [f"{source} is of a newer Easel (schema {index.revision}, this one {HEAD})"]
                )
            _check_database(folder / DATABASE_NAME, source)
            _put_in_place(folder, database, data_dir)
        return index
    except OSError as error:
        raise NotNow([f"{data_dir} cannot be written ({error.strerror})"]) from error


def _refuse_data(database: Path, data_dir: Path) -> None:
    if database.exists():
        with lock_database(database):  # says so if another Easel runs
            raise NotNow([f"DATABASE_URL: there is a database at {database} already"])
    if data_dir.exists() and any(data_dir.iterdir()):
        raise NotNow([f"EASEL_DATA_DIR: {data_dir} is not empty; give another folder"])


def _check_database(path: Path, source: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(3)").fetchall()
    except sqlite3.Error as error:
        raise NotNow([f"{source} cannot be used: its database is damaged"]) from error
    if found != [("ok",)]:
        raise NotNow([f"{source} cannot be used: its database is damaged"])


def _put_in_place(folder: Path, database: Path, data_dir: Path) -> None:
    """Give the restored files their places; the data folder comes into being as a whole."""
    if database != data_dir / DATABASE_NAME:
        database.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        shutil.move(folder / DATABASE_NAME, database)
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(FOLDER_MODE)
    if data_dir.exists():
        data_dir.rmdir()  # it is empty
    folder.rename(data_dir)
