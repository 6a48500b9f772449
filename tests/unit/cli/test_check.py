"""`easel check`: a finding for each check, and what to do about a failure."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from bot.app.service import open_service
from bot.cli.check.main import check
from bot.cli.check.messages import format_age
from bot.config import read_settings
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from bot.playground.slack.limits import GRANTED_SCOPES
from bot.playground.slack.web_api import Rules
from storage.engine.sqlite import open_database
from tests.support.easel import wait_until
from tests.support.file_server import FakeResponse, FileServer
from tests.support.process import build_settings

# What the machine of a test lacks, and the address of a server that is not asked.
ASIDE = {"decoders", "settings"}


async def test_check_tries_everything_once(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        findings = await check(read_settings(build_settings(slack, model, tmp_path), env_file=None))
    assert [finding.name for finding in findings if finding.ok and not finding.is_warning] == [
        "settings", "home", "budgets", "budget warning", "fallbacks",
        "data policy", "defaults", "watched channels", "operators", "answered apps",
        "data", "modes", "disk", "database", "files", "decoders", "Slack bot token", "clock",
        "Slack scopes",
        "Slack optional scopes", "Slack socket token", "model key", "model", "model takes",
        "drawing model",
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


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("", ["warn  Slack operators: U0GONE in EASEL_OPERATORS is deactivated",
              "warn  Slack operators: U0NOBODY in EASEL_OPERATORS is unknown to Slack",
              "warn  Slack operators: U0EASEL in EASEL_OPERATORS is a bot"]),
        ("users:read", ["ok    Slack operators: Easel may write to "]),
        ("im:write", ["FAIL  Slack operators: Easel cannot write to EASEL_OPERATORS: im:write"]),
    ],
)  # fmt: skip
async def test_check_tells_whether_operators_can_be_written_to(
    tmp_path: Path, scope: str, told: list[str]
) -> None:
    async with PlayedSlack(Rules(scopes=GRANTED_SCOPES - {scope})) as slack, PlayedModel() as model:
        slack.workspace.people["U0GONE"] = "Gone"
        slack.workspace.deactivated.add("U0GONE")
        operators = {"EASEL_OPERATORS": "U0ALEX,U0GONE,U0NOBODY,U0EASEL"}
        settings = build_settings(slack, model, tmp_path) | operators
        findings = await check(read_settings(settings, env_file=None))
    lines = [str(finding) for finding in findings if finding.name == "Slack operators"]
    assert len(lines) == len(told)
    assert all(any(line.startswith(start) for line in lines) for start in told)
    assert {call.method for call in slack.calls} <= {
        "auth.test",
        "apps.connections.open",
        "users.info",
    }


async def test_check_names_a_fallback_and_its_setting_where_that_is_what_is_wrong(
    tmp_path: Path,
) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        settings = build_settings(slack, model, tmp_path) | {
            "EASEL_FALLBACKS": "openrouter:other/model,openai:gpt-5.4-nano",
            "OPENAI_API_KEY": model.api_key,
            "OPENAI_BASE_URL": model.openai_url,
        }
        findings = await check(read_settings(settings, env_file=None))
    told = [str(one) for one in findings if one.name == "model" and "EASEL_" in one.text]
    assert told == [
        "FAIL  model: other/model is not in the provider's catalogue; check EASEL_FALLBACKS",
        "warn  model: gpt-5.4-nano will be switched off on 2027-04-01; change EASEL_FALLBACKS",
    ]


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
        warnings = [
            str(finding) for finding in findings if finding.is_warning and finding.name not in ASIDE
        ]
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
            "EASEL_BUDGETS": "answer=0.015 user/day=5"
        }
        findings = await check(read_settings(settings, env_file=None))
        (warning,) = [
            str(finding) for finding in findings if finding.is_warning and finding.name not in ASIDE
        ]
        assert "answer=0.015 is too small for pictures" in warning and "answer=0.04" in warning
        settings["EASEL_BUDGETS"] = "answer=0.04"
        findings = await check(read_settings(settings, env_file=None))
        assert {finding.name for finding in findings if finding.is_warning} <= ASIDE


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
                await database.write(lambda c, sql=statement: c.exec_driver_sql(sql).close())  # type: ignore[misc] # bound now
        findings = await check(settings)
    (warning,) = [
        str(finding) for finding in findings if finding.is_warning and finding.name not in ASIDE
    ]
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
    assert findings[-1].name == "drawing model"


async def find_texts(settings: dict[str, str]) -> dict[str, str]:
    findings = await check(read_settings(settings, env_file=None))
    return {finding.name: finding.text for finding in findings}


async def test_a_catalogue_that_was_never_stored_is_not_said_to_be_old(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        settings = build_settings(slack, model, tmp_path)
        texts = await find_texts(settings)
        assert "not stored here yet" in texts["model"] and "ago" not in texts["model"]
        async with open_service(read_settings({**settings, "EASEL_PORT": 0}, env_file=None)):
            folder = tmp_path / "catalogue"
            await wait_until(lambda: folder.exists() and any(folder.glob("*.json")))
        texts = await find_texts(settings)
        assert "stored here today" in texts["model"]


async def test_a_key_that_could_not_be_checked_is_not_called_wrong(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        settings = build_settings(slack, model, tmp_path)
    gone = settings["OPENROUTER_BASE_URL"]
    texts = await find_texts(settings)
    key = texts["model key"]
    assert key.startswith(f"not checked: {gone} cannot be reached (ConnectError: no connection)")
    assert "OPENROUTER_BASE_URL" in key and "openrouter.ai/keys" not in key
    assert gone in texts["model"] and "the built-in copy of 2026-" in texts["model"]
    for name in ("Slack bot token", "Slack socket token"):
        assert texts[name].startswith(f"not checked: {settings['SLACK_API_URL']}")
        assert "reinstall" not in texts[name]


async def test_a_proxy_that_answers_for_slack_is_not_called_slack(tmp_path: Path) -> None:
    async with FileServer() as proxy, PlayedModel() as model, PlayedSlack() as slack:
        proxy.serve("api/auth.test", FakeResponse(body=b"<html>Sign in to the hotel's network"))
        settings = build_settings(slack, model, tmp_path) | {"SLACK_API_URL": proxy.api_url}
        text = (await find_texts(settings))["Slack bot token"]
    assert "does not answer like Slack" in text and "proxy" in text


async def test_without_a_decoder_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    texts = await find_texts({"EASEL_DATA_DIR": str(tmp_path)})
    assert texts["files"].startswith("no decoder starts; check free memory")


@pytest.mark.parametrize(
    ("day", "age"),
    [
        ("2026-06-10", "today"),
        ("2026-06-11", "yesterday"),
        ("2026-06-12", "2 days ago"),
        ("2026-06-09", "by a date in the future: check the clock"),
    ],
)
def test_an_age_is_told_in_words(day: str, age: str) -> None:
    assert format_age(GPT_5_4_IMAGE_2, day) == age


async def test_check_tells_what_draws_what_it_takes_and_what_it_costs(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        settings = build_settings(slack, model, tmp_path)
        at_openrouter = (await find_texts(settings))["drawing model"]
        openai = {"EASEL_PROVIDER": "openai", "EASEL_DRAWING_MODEL": "gpt-image-1-mini"}
        at_openai = (await find_texts(settings | openai))["drawing model"]
        nowhere = {"OPENROUTER_BASE_URL": "http://127.0.0.1:9/v1"}
        assert (await find_texts(settings | nowhere))["drawing model"] == at_openrouter
    assert at_openrouter.startswith("openai/gpt-5.4-image-2 at openrouter draws itself")
    assert "shapes 1:1, 3:2" in at_openrouter and "no masks" in at_openrouter
    assert at_openai == (
        "gpt-5.4 at openai draws with gpt-image-1-mini (EASEL_DRAWING_MODEL): US dollars per"
        " million tokens: text read 2, pictures read 2.5, drawn 8 (as of 2026-11-28); sizes"
        " 1024x1024, 1536x1024, 1024x1536; quality low, medium, high, auto; background auto,"
        " opaque, transparent; masks; png, jpeg, webp"
    )
