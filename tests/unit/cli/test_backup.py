"""`backup` and `restore` from the command line: one file, checked, and said in words."""

from __future__ import annotations

from pathlib import Path

from storage.engine.sqlite import prepare_database
from tests.unit.cli.bot_process import run_bot


def test_an_installation_is_in_one_file_and_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    prepare_database(data / "easel.db")
    done = run_bot("backup", "easel.backup", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("easel.backup holds the database (schema ")
    assert "was read again whole" in done.stdout
    done = run_bot("restore", "easel.backup", folder=tmp_path)
    assert done.returncode == 1 and f"there is a database at {data}/easel.db already" in done.stderr
    done = run_bot("restore", "easel.backup", folder=tmp_path, EASEL_DATA_DIR="other")
    assert done.returncode == 0 and f"{tmp_path}/other has what easel.backup held" in done.stdout
    assert (tmp_path / "other" / "easel.db").exists()


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    done = run_bot("backup", "easel.backup", folder=tmp_path)
    assert (
        done.returncode == 1 and f"there is no database at {tmp_path}/data/easel.db" in done.stderr
    )
    done = run_bot("restore", "nothing.backup", folder=tmp_path)
    assert done.returncode == 1 and "nothing.backup: there is no such file" in done.stderr
