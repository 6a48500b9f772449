"""`bot check`: a finding for each check, and what to do about a failure."""

from __future__ import annotations

import time
from pathlib import Path

from bot.cli.check import check
from bot.config import read_settings
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from storage.engine.sqlite import open_database
from tests.support.process import build_settings


async def test_check_tries_everything_once(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        findings = await check(read_settings(build_settings(slack, model, tmp_path), env_file=None))
    assert [finding.name for finding in findings if finding.ok] == [
        "settings", "modes", "database", "files", "Slack bot token", "Slack scopes",
        "Slack socket token", "model key", "model", "model takes",
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


async def test_check_warns_of_budgets_too_small_for_any_question_and_names_what_is_enough(
    tmp_path: Path,
) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        settings = build_settings(slack, model, tmp_path) | {
            "EASEL_BUDGETS": "user/day=0.004 channel/day=5 user:U0SAM/month=0.001 answer=0.002"
        }
        findings = await check(read_settings(settings, env_file=None))
        warnings = [str(finding) for finding in findings if finding.is_warning]
        assert all(finding.ok for finding in findings)
        names = ["user/day=0.004", "user:U0SAM/month=0.001", "answer=0.002"]
        assert [line.split(" is too small")[0] for line in warnings] == [
            f"warn  budget: {name}" for name in names
        ]
        # What is named is enough, and no more than needed.
        enough = warnings[0].rpartition("user/day=")[2]
        for amount, is_enough in ((enough, True), (str(float(enough) - 0.01), False)):
            settings["EASEL_BUDGETS"] = f"user/day={amount}"
            findings = await check(read_settings(settings, env_file=None))
            refuses_all = any("even a short answer" in str(finding) for finding in findings)
            assert refuses_all is not is_enough


async def test_check_warns_of_budgets_that_pay_for_words_but_for_no_picture(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        settings = build_settings(slack, model, tmp_path) | {
            "EASEL_BUDGETS": "answer=0.01 user/day=5"
        }
        findings = await check(read_settings(settings, env_file=None))
        (warning,) = [str(finding) for finding in findings if finding.is_warning]
        assert "answer=0.01 is too small for pictures" in warning and "answer=0.04" in warning
        settings["EASEL_BUDGETS"] = "answer=0.04"
        findings = await check(read_settings(settings, env_file=None))
        assert not any(finding.is_warning for finding in findings)


async def test_check_prints_totals_that_are_not_the_sums_of_the_ledger(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        settings = read_settings(build_settings(slack, model, tmp_path), env_file=None)
        async with open_database(settings.database_path) as database:
            now = time.time()
            insert = (
                "INSERT INTO attempts (team, channel, user, model, generation_id, asked_at,"
                f" cost_nano) VALUES ('T', 'C', 'U', 'm', '', {now}, 5000000000)"
            )
            spoil = "UPDATE spending SET settled_nano = 1000000000 WHERE scope = 'channel'"
            for statement in (insert, spoil):
                await database.write(lambda c, sql=statement: c.exec_driver_sql(sql).close())  # type: ignore[misc]
        findings = await check(settings)
    (warning,) = [str(finding) for finding in findings if finding.is_warning]
    assert warning.startswith("warn  budget totals: channel C: $1.0000 kept, $5.0000 in the ledger")


async def test_a_database_that_cannot_be_read_does_not_keep_the_rest_from_being_tried(
    tmp_path: Path,
) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        settings = read_settings(build_settings(slack, model, tmp_path), env_file=None)
        async with open_database(settings.database_path) as database:
            await database.write(lambda c: c.exec_driver_sql("DROP TABLE spending").close())
        findings = await check(settings)
    (failed,) = [str(finding) for finding in findings if not finding.ok]
    assert failed.startswith("FAIL  database: ")
    assert findings[-1].name == "model takes"
