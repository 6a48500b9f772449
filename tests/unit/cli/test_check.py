"""`bot check`: a finding for each check, and what to do about a failure."""

from __future__ import annotations

from pathlib import Path

from bot.cli.check import check
from bot.config import read_settings
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from tests.support.process import build_settings


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
        settings = build_settings(slack, model, tmp_path) | {
            "SLACK_APP_TOKEN": "xapp-wrong",
            "OPENROUTER_API_KEY": "wrong",
            "EASEL_MODEL": "openai/other",
        }
        findings = await check(read_settings(settings, env_file=None))
    failed = {finding.name: str(finding) for finding in findings if not finding.ok}
    assert set(failed) == {"Slack scopes", "Slack socket token", "model key", "model"}
    assert "files:read" in failed["Slack scopes"] and "reinstall" in failed["Slack scopes"]
    assert "connections:write" in failed["Slack socket token"]
    assert "EASEL_MODEL" in failed["model"]


async def test_check_without_any_setting_names_what_is_missing(tmp_path: Path) -> None:
    settings = {"EASEL_DATA_DIR": str(tmp_path)}
    findings = await check(read_settings(settings, env_file=None))
    assert sum(not finding.ok for finding in findings) == 3
