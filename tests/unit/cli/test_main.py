"""The command line as a person meets it: real processes, exit codes, sentences."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from bot.cli.main import COMMAND_MODULES
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


@pytest.mark.parametrize("module", COMMAND_MODULES.values())
def test_every_command_has_a_module_that_runs_it(module: str) -> None:
    assert callable(importlib.import_module(module).run_command)
