"""The command line as a person meets it: real processes, exit codes, sentences."""

from __future__ import annotations

import importlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.main import COMMAND_MODULES
from tests.support.process import ROOT
from tests.unit.cli.bot_process import run_bot


def test_every_command_explains_itself(tmp_path: Path) -> None:
    for command in ((), *((name,) for name in COMMAND_MODULES)):
        result = run_bot(*command, "--help", folder=tmp_path)
        usage, sentence, *_ = result.stdout.split("\n\n")
        assert result.returncode == 0 and usage.startswith("usage:")
        assert sentence[0].isupper() and sentence.endswith(".")


def test_wrong_settings_are_told_all_at_once_with_code_2_and_no_secret(tmp_path: Path) -> None:
    result = run_bot("run", folder=tmp_path, SLACK_BOT_TOKEN="xoxp-0-secret", EASEL_PORT="http")
    assert result.returncode == 2
    assert "SLACK_BOT_TOKEN" in result.stderr and "EASEL_PORT" in result.stderr
    assert "secret" not in result.stderr + result.stdout and "Traceback" not in result.stderr


def test_missing_settings_are_told_all_at_once_with_code_2(tmp_path: Path) -> None:
    result = run_bot("run", folder=tmp_path)
    assert result.returncode == 2
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "OPENROUTER_API_KEY"):
        assert name in result.stderr


def test_what_is_missing_is_told_together_with_what_is_wrong(tmp_path: Path) -> None:
    result = run_bot("run", folder=tmp_path, SLACK_BOT_TOKEN="foo", EASEL_DEFAULTS="--foo --bar")
    assert result.returncode == 2
    for told in ("xoxb-", "SLACK_APP_TOKEN is not", "OPENROUTER_API_KEY", "`--foo`", "`--bar`"):
        assert told in result.stderr
    assert result.stderr.count("SLACK_BOT_TOKEN") == 1
    result = run_bot("run", folder=tmp_path, EASEL_PORT="http")
    assert all(told in result.stderr for told in ("EASEL_PORT", "SLACK_BOT_TOKEN", "OPENROUTER"))


def test_a_check_finds_wrong_settings_and_ends_as_with_any_finding(tmp_path: Path) -> None:
    result = run_bot(
        "check",
        folder=tmp_path,
        EASEL_PORT="99999999",
        SLACK_BOT_TOKEN="xoxb-1 2",
        EASEL_BACKLOG="x",
    )
    assert result.returncode == 1 and not result.stderr
    for name in ("EASEL_PORT", "SLACK_BOT_TOKEN", "EASEL_BACKLOG", "SLACK_APP_TOKEN"):
        assert f"FAIL  settings: {name}" in result.stdout


@pytest.mark.parametrize("module", COMMAND_MODULES.values())
def test_every_command_has_a_module_that_runs_it(module: str) -> None:
    assert callable(importlib.import_module(module).run_command)


@pytest.mark.parametrize("command", ["usage", "budget"])
def test_a_database_that_cannot_be_read_is_a_sentence_and_no_traceback(
    command: str, tmp_path: Path
) -> None:
    assert run_bot("migrate", folder=tmp_path).returncode == 0
    (path,) = tmp_path.rglob("easel.db")
    with closing(sqlite3.connect(path)) as database:
        for table in ("attempts", "budget_events", "spending"):
            database.execute(f"DROP TABLE {table}")
        database.commit()
    result = run_bot(command, folder=tmp_path, EASEL_BUDGETS="user/day=1")
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "easel.db cannot be read or written" in result.stderr
    assert "restore the last back-up" in result.stderr


def test_the_service_does_not_load_the_tools_of_developers() -> None:
    """They are found where Easel is developed, and take memory in a process that has no use."""
    code = (
        "import runpy, sys; runpy.run_module('bot.__main__', run_name='started');"
        " import bot.app.service, bot.cli.run;"
        " print([m for m in ('click', 'pygments', 'rich', 'httpx', 'matplotlib', 'alembic.command')"
        " if sys.modules.get(m)])"
    )
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "['httpx']"
