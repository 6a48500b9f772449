"""The command line as a person meets it: real processes, exit codes, sentences."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.check import check
from bot.config import read_settings
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from tests.support.process import ROOT, build_settings, start_service


def run_bot(*args: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **env}
    command = [sys.executable, "-m", "bot", *args]
    return subprocess.run(
        command, cwd=folder, env=clean, capture_output=True, text=True, timeout=60, check=False
    )


def test_every_command_explains_itself(tmp_path: Path) -> None:
    for command in ((), ("run",), ("playground",), ("check",), ("usage",), ("migrate",)):
        told = run_bot(*command, "--help", folder=tmp_path)
        assert told.returncode == 0 and "usage:" in told.stdout


def test_wrong_settings_are_told_all_at_once_with_code_2_and_no_secret(tmp_path: Path) -> None:
    told = run_bot("run", folder=tmp_path, SLACK_BOT_TOKEN="xoxp-0-secret", EASEL_PORT="http")
    assert told.returncode == 2
    assert "SLACK_BOT_TOKEN" in told.stderr and "EASEL_PORT" in told.stderr
    assert "secret" not in told.stderr + told.stdout and "Traceback" not in told.stderr


def test_missing_settings_are_told_all_at_once_with_code_2(tmp_path: Path) -> None:
    told = run_bot("run", folder=tmp_path)
    assert told.returncode == 2
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "OPENROUTER_API_KEY"):
        assert name in told.stderr


def test_one_round_trip_without_a_browser(tmp_path: Path) -> None:
    told = run_bot("playground", "--ask", "draw a red fox", "--save", "out", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "Easel: Here it is" in told.stdout
    assert (tmp_path / "out" / "red-fox-v1.png").read_bytes().startswith(b"\x89PNG")


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    told = run_bot("playground", "--ask", "look", "--file", "nothing.png", folder=tmp_path)
    assert told.returncode == 2 and "nothing.png" in told.stderr


def test_migrate_makes_the_database(tmp_path: Path) -> None:
    told = run_bot("migrate", folder=tmp_path, EASEL_DATA_DIR="here")
    assert told.returncode == 0 and (tmp_path / "here" / "easel.db").exists()


def test_usage_without_a_database_is_a_sentence_and_with_one_a_report(tmp_path: Path) -> None:
    told = run_bot("usage", folder=tmp_path, EASEL_DATA_DIR="here")
    assert told.returncode == 2 and "there is no database" in told.stderr
    run_bot("migrate", folder=tmp_path, EASEL_DATA_DIR="here")
    told = run_bot("usage", "--by", "user", folder=tmp_path, EASEL_DATA_DIR="here")
    assert (told.returncode, told.stdout) == (0, "Nothing was used in this time.\n")


async def test_the_service_stops_on_sigterm_with_code_0(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        root = await slack.post_as_person("C0GENERAL", "<@U0EASEL> say hello")
        replies = await slack.wait_for_replies("C0GENERAL", root, seconds=30)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert replies[0].text == "hello"
    told = errors.decode()
    assert "Traceback" not in told and "xoxb" not in told and "hello" not in told


async def test_a_second_signal_ends_the_process_at_once_and_loses_nothing(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel(first_delay=60) as model:
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        root = await slack.post_as_person("C0GENERAL", "<@U0EASEL> say hello")
        await slack.wait_until(lambda: slack.list_calls("assistant.threads.setStatus"), seconds=30)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        while b"stopping" not in await asyncio.wait_for(process.stderr.readline(), 30):
            pass
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 1
        model.first_delay = 0
        again = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        replies = await slack.wait_for_replies("C0GENERAL", root, seconds=30)
        again.send_signal(signal.SIGTERM)
        await again.communicate()
    assert [reply.text for reply in replies] == ["hello"]


async def test_a_question_of_a_killed_process_is_answered_once_by_the_next(
    tmp_path: Path,
) -> None:
    async with PlayedSlack() as slack, PlayedModel(first_delay=60) as model:
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        root = await slack.post_as_person("C0GENERAL", "<@U0EASEL> say hello")
        await slack.wait_until(lambda: slack.list_calls("assistant.threads.setStatus"), seconds=30)
        process.kill()
        await process.communicate()
        model.first_delay = 0
        again = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        replies = await slack.wait_for_replies("C0GENERAL", root, seconds=30)
        again.send_signal(signal.SIGTERM)
        await again.communicate()
    assert [reply.text for reply in replies] == ["hello"]


async def test_check_tries_everything_once(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        findings = await check(read_settings(build_settings(slack, model, tmp_path), env_file=None))
    assert [finding.name for finding in findings if finding.ok] == [
        "settings", "database", "files", "Slack bot token", "Slack scopes", "Slack socket token",
        "model key", "model", "model takes",
    ]  # fmt: skip
    assert all(finding.ok for finding in findings)


async def test_check_says_what_to_do_about_each_failure(tmp_path: Path) -> None:
    rules = Rules(scopes=GRANTED_SCOPES - {"files:read"})
    async with PlayedSlack(rules) as slack, PlayedModel() as model:
        given = build_settings(slack, model, tmp_path) | {
            "SLACK_APP_TOKEN": "xapp-wrong",
            "OPENROUTER_API_KEY": "wrong",
            "EASEL_MODEL": "openai/other",
        }
        findings = await check(read_settings(given, env_file=None))
    failed = {finding.name: str(finding) for finding in findings if not finding.ok}
    assert set(failed) == {"Slack scopes", "Slack socket token", "model key", "model"}
    assert "files:read" in failed["Slack scopes"] and "reinstall" in failed["Slack scopes"]
    assert "connections:write" in failed["Slack socket token"]
    assert "EASEL_MODEL" in failed["model"]


async def test_check_without_any_setting_names_what_is_missing(tmp_path: Path) -> None:
    given = {"EASEL_DATA_DIR": str(tmp_path)}
    findings = await check(read_settings(given, env_file=None))
    assert sum(not finding.ok for finding in findings) == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--ask", " "], "--ask needs words"), (["--port", "99999"], "from 0 to 65535")],
)
def test_the_playground_says_what_it_cannot_do(options: list[str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "playground", *options],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
