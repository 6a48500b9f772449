"""What the log says at the start: where words go, and which database is created."""

from __future__ import annotations

import io
from pathlib import Path

from bot.app.start_log import log_new_database, log_start
from bot.config import read_settings
from bot.observability import logging


def log_with(**settings: str) -> str:
    out = io.StringIO()
    logging.configure("INFO", stream=out)
    log_start(read_settings(settings, env_file=None), "T1")
    return out.getvalue()


def test_the_data_policy_is_logged_and_so_is_whom_it_misses() -> None:
    policy = "zdr only=azure,openai"
    logged = log_with(EASEL_DATA_POLICY=policy, EASEL_FALLBACKS="openai:gpt-5.4,openrouter:a/b")
    assert '"data_policy": "zdr:true+only:azure..openai"' in logged
    (line,) = [line for line in logged.splitlines() if "data_policy_not_sent" in line]
    assert '"model": "openai:gpt-5.4"' in line
    logged = log_with(EASEL_FALLBACKS="openai:gpt-5.4")
    assert '"data_policy": "none"' in logged and "data_policy_not_sent" not in logged


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
