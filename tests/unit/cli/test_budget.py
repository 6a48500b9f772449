"""`easel budget`: what is spent, set aside and left, when it frees up, and what happened."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.billing.budgets import find_period_end, parse_budgets
from bot.cli.budget import read_budgets
from bot.cli.main import main
from bot.domain.budgets import Period
from bot.playground.slack import PlayedSlack
from storage.engine.sqlite import open_database
from storage.schema_budgets import reservations
from tests.support.easel import QUICK_RULES
from tests.support.made_ledger import TEAM, MadeLedger

BUDGETS = "user/month=1 user:U0SAM/month=5 user:U0IDLE/month=2 channel/month=1234.5 answer=0.001"


async def _spend(folder: Path) -> None:
    now = time.time()
    async with open_database(folder / "easel.db") as database:
        made = MadeLedger(database)
        await made.add_request(now, "0.30")
        await made.add_request(now, None, worst_nano=2 * 10**8)
        await made.add_request(now, "0.000001", user="U0SAM")
        await made.add_refusal(now, "user/day", ("0.05", "0.30"))
        row = {
            "team": TEAM,
            "channel": "C0GENERAL",
            "user": "U0ALEX",
            "nano": 10**8,
            "made_at": now,
        }
        await database.write(lambda c: c.execute(insert(reservations), row).close())


@pytest.fixture
def spent_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "spent"
    asyncio.run(_spend(folder))
    monkeypatch.setenv("EASEL_DATA_DIR", str(folder))
    monkeypatch.setenv("EASEL_BUDGETS", BUDGETS)
    return folder


def test_each_limit_tells_what_is_spent_set_aside_and_left(
    spent_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["budget"]) == 0
    shown = capsys.readouterr().out
    renewal = find_period_end(Period.MONTH, datetime.now(UTC))
    for_all, _, mine = shown.partition("user:U0SAM/month")
    assert f"user/month: $1.00; frees up on {renewal:%Y-%m-%d} at 00:00 UTC" in for_all
    assert "U0ALEX  $0.3000    $0.3000  $0.4000" in for_all and "U0SAM" not in for_all
    assert "Everybody else has all of it." in for_all
    assert "U0SAM  $0.000001" in mine and "U0IDLE  $0.0000    $0.0000  $2.0000" in mine
    assert "C0GENERAL  $0.3000    $0.3000  $1,233.9000" in for_all
    assert "answer: at most $0.001 each" in shown
    assert "refused  user/day  U0ALEX  C0GENERAL  would have cost $0.0500 to $0.3000" in shown


async def test_each_limit_frees_up_at_the_end_of_its_own_period(spent_folder: Path) -> None:
    async with open_database(spent_folder / "easel.db") as database:
        now = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
        budgets = parse_budgets("user/day=1 workspace/month=9")
        report = await read_budgets(budgets, database, now)
    assert {one.frees_up_at for one in report.limits} == {datetime(2027, 1, 1, tzinfo=UTC)}
    day, _ = report.limits
    assert [one.spent.settled for one in day.standings] == [0], "only what is set aside now"


def test_as_json_it_is_exact(spent_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["budget", "--json"]) == 0
    values: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert values["answer_limit_usd"] == "0.001"
    (first, *_, last) = values["budgets"]
    assert (first["scope"], first["period"], first["only_for"]) == ("user", "month", None)
    (spender,) = first["spenders"]
    amounts = [spender[name] for name in ("spent_usd", "set_aside_usd", "left_usd")]
    assert amounts == ["0.3", "0.3", "0.4"]
    assert last["only_for"] == "U0IDLE" and last["spenders"][0]["left_usd"] == "2"
    assert values["events"][0]["least_usd"] == "0.05"


def test_of_many_people_the_first_are_shown_and_all_on_request(
    spent_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def spend() -> None:
        async with open_database(spent_folder / "easel.db") as database:
            for number in range(24):
                await MadeLedger(database).add_request(time.time(), "0.01", user=f"U{number:02}")

    asyncio.run(spend())
    assert main(["budget"]) == 0
    assert "and 5 more: see --all" in capsys.readouterr().out
    assert main(["budget", "--all"]) == 0
    assert "U23" in (shown := capsys.readouterr().out) and "more: see" not in shown


async def test_names_are_those_that_slack_tells(
    spent_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)
        assert await asyncio.to_thread(main, ["budget"]) == 0
        shown = capsys.readouterr().out
        assert "Alex  $0.3000" in shown and "#general  $0.3000" in shown
        assert await asyncio.to_thread(main, ["budget", "--no-names"]) == 0
        assert "U0ALEX  $0.3000" in capsys.readouterr().out


def test_without_a_database_or_a_budget_that_is_said(
    spent_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("EASEL_BUDGETS")
    assert main(["budget"]) == 0 and "There is no budget." in capsys.readouterr().out
    monkeypatch.setenv("EASEL_DATA_DIR", str(spent_folder / "none"))
    assert main(["budget"]) == 1 and "there is no database" in capsys.readouterr().err


def test_the_whole_record_is_there_for_who_asks_for_it(
    spent_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def refuse_often() -> None:
        async with open_database(spent_folder / "easel.db") as database:
            for number in range(24):
                await MadeLedger(database).add_refusal(number, f"channel/month {number}")

    asyncio.run(refuse_often())
    shown = {}
    for option in ("--no-names", "--all", "--json"):
        assert main(["budget", option]) == 0
        shown[option] = capsys.readouterr().out
    assert shown["--no-names"].count(" refused ") == 20
    assert shown["--no-names"].endswith("and older ones: see --all\n")
    assert shown["--all"].count(" refused ") == 25 and "older" not in shown["--all"]
    assert len(json.loads(shown["--json"])["events"]) == 25
