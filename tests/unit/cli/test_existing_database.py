"""Commands that only report: they change nothing of the database, whoever may write it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from bot.cli.main import main

REPORTS = ("usage", "budget", "prices", "questions")


def set_revision(path: Path, revision: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()


@pytest.mark.parametrize("command", REPORTS)
@pytest.mark.parametrize(("revision", "said"), [("0012", "migrate"), ("9999", "by a newer Easel")])
def test_another_schema_is_named_and_left(
    paid_folder: Path, capsys: pytest.CaptureFixture[str], command: str, revision: str, said: str
) -> None:
    path = paid_folder / "easel.db"
    set_revision(path, revision)
    before = path.read_bytes()
    assert main([command]) == 1
    output = capsys.readouterr()
    assert said in output.err and not output.out and path.read_bytes() == before


@pytest.mark.parametrize("command", REPORTS)
def test_who_may_only_read_gets_the_report(
    paid_folder: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """A copy in a folder of somebody else, or on a disk that is mounted read-only."""
    path = paid_folder / "easel.db"
    path.chmod(0o444)
    paid_folder.chmod(0o555)
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)  # for root, too
        assert main([command]) == 0
    assert [one.name for one in paid_folder.iterdir()] == ["easel.db"]
    assert path.stat().st_mode & 0o777 == 0o444
    paid_folder.chmod(0o755)


def test_what_is_not_in_the_file_yet_is_in_the_report(
    paid_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """While Easel runs, the newest rows are in the file next to the database."""
    connection = sqlite3.connect(paid_folder / "easel.db")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    with connection:
        connection.execute("UPDATE attempts SET cost_nano = 77123000000 WHERE cost_nano = 1")
    assert main(["usage", "--month", "2024-03"]) == 0
    assert "78.8230" in capsys.readouterr().out
    connection.close()
