"""The start says which database it creates, wherever that is."""

from __future__ import annotations

import io
from pathlib import Path

from bot.app.start_log import log_new_database
from bot.config import read_settings


def test_a_new_database_is_named_and_one_that_is_there_is_not(
    out: io.StringIO, tmp_path: Path
) -> None:
    folder = tmp_path / "my data (new)"
    settings = read_settings({"EASEL_DATA_DIR": str(folder)})
    log_new_database(settings)
    (line,) = out.getvalue().splitlines()
    assert "database_created" in line and f"{folder}/easel.db" in line
    folder.mkdir()
    (folder / "easel.db").touch()
    log_new_database(settings)
    assert out.getvalue().splitlines() == [line]
