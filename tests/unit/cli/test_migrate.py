"""`easel migrate`."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.bot_process import run_bot


def test_migrate_makes_the_database(tmp_path: Path) -> None:
    result = run_bot("migrate", folder=tmp_path, EASEL_DATA_DIR="here")
    assert result.returncode == 0 and (tmp_path / "here" / "easel.db").exists()
