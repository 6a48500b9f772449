"""New databases of SQLite for tests: copies of one that is made once in each process.

What makes and migrates one is tested in `tests/storage/test_opening.py` and `test_upgrade.py`.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from bot.disk.private_folder import FOLDER_MODE
from storage.engine.sqlite import prepare_database


def lay_new_database(path: Path) -> None:
    """Put a database with Easel's tables and without a row at `path`, where nothing is there."""
    if not path.exists() and not path.parent.is_file():
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(_make_database())


@cache
def _make_database() -> bytes:
    folder = Path(tempfile.mkdtemp(prefix="easel-new-"))
    try:
        prepare_database(folder / "easel.db")
        return (folder / "easel.db").read_bytes()
    finally:
        shutil.rmtree(folder)
