"""Each replica of a machine has a folder of its own, and finds that of one that has ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app.replicas.folder import take_replica_folder
from bot.domain.errors import StartupError


def test_replicas_take_the_first_free_folder(tmp_path: Path) -> None:
    with take_replica_folder(tmp_path) as first, take_replica_folder(tmp_path) as second:
        assert (first.name, second.name) == ("1", "2")
        (first / "copy").write_text("x")
    with take_replica_folder(tmp_path) as again:
        assert again == first and (again / "copy").exists()
    assert first.stat().st_mode & 0o077 == 0 and first.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "replicas").write_text("a file")
    with pytest.raises(StartupError, match="EASEL_DATA_DIR"), take_replica_folder(tmp_path):
        pass
