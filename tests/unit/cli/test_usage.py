"""`easel usage`: exact sums, lists of requests and pictures, names, and what is wrong."""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.main import main
from bot.cli.table import format_table
from bot.cli.usage.names import Names, fetch_names
from bot.cli.usage.period import build_span, choose_span, parse_month
from bot.config import read_settings
from bot.domain.errors import StartupError
from bot.playground.slack import PlayedSlack
from handlers.parsing.links import MessageLink, find_message_links
from tests.support.easel import NAMELESS_RULES, QUICK_RULES
from tests.support.process import ROOT

BERLIN = ZoneInfo("Europe/Berlin")
MONTH = ("--month", "2024-03")
Run = Callable[..., str]


@pytest.fixture
def run(paid_folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command on the made installation, and return what it prints."""

    def run_command(*args: str) -> str:
        assert main([*args]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return run_command


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_as_text_it_has_a_total_and_says_what_is_not_confirmed(run: Run) -> None:
    lines = run("usage", "--by", "user,model", *MONTH).splitlines()
    assert lines[0] == "2024-03-01 to 2024-03-31; days begin at midnight in UTC"
    assert lines[1].split()[:5] == ["user", "model", "questions", "requests", "pictures"]
    assert lines[2].split() == [
        "U0ALEX", "a/draws", "2", "3", "3", "600", "0", "2,000", "1.2000", "0.2000", "0", "0.0000",
    ]  # fmt: skip
    (total,) = [line for line in lines if line.startswith("total")]
    assert total.split()[1:4] == ["3", "5", "3"] and "1.7000" in total
    text = "\n".join(lines)
    assert "$0.2000 computed or estimated from tokens, $0.5000 the most that requests" in text
    assert "can cost $0.4000 at most" in text
    assert "Budgets refused 2 questions, which would have cost: $0.2000 to $0.9000" in text


def test_nothing_in_a_table_steers_a_terminal_or_breaks_a_line() -> None:
    text = format_table([["a", "b"], ["x\x1b[2J\r\n\u202ey", "1"], ["田中" * 40, "22"]])
    lines = text.splitlines()
    assert len(lines) == 3 and text.isascii() is False and "\x1b" not in text
    assert lines[1].startswith("x [2J   y") and lines[2].endswith("…  22")


def test_a_question_of_two_lines_is_one_in_the_total(run: Run) -> None:
    shown = run("usage", "--by", "model", *MONTH)
    assert "counted once in the total" in shown
    assert "counted once" not in run("usage", "--by", "month", *MONTH)


def test_an_empty_time_says_so(run: Run) -> None:
    for more in ((), ("--by", "month"), ("--pictures",), ("--refusals",)):
        shown = run("usage", "--month", "2020-02", *more)
        assert "in this time.\n" in shown and shown.startswith("2020-02-01 to 2020-02-29")
    assert run("usage", "--month", "2020-02", "--format", "json") == "[]\n"
    assert run("usage", "--month", "2020-02", "--rows").startswith('"time","user"')


def test_as_csv_and_json_nothing_is_rounded(run: Run) -> None:
    rows = read_csv(run("usage", "--by", "day,kind", *MONTH, "--format", "csv"))
    assert sum(Decimal(row["cost"]) for row in rows) == Decimal("1.700000001")
    assert {row["kind"] for row in rows} == {"picture", "answer", "summary"}
    records = json.loads(run("usage", "--by", "day,kind", *MONTH, "--format", "json"))
    assert [{k: str(v) for k, v in one.items()} for one in records] == rows
    (tiny,) = [row for row in rows if row["kind"] == "summary"]
    assert tiny["cost"] == "0.000000001", "not 1E-9"


def test_single_requests_add_up_and_no_cell_is_a_formula(run: Run) -> None:
    rows = read_csv(run("usage", "--rows", *MONTH))
    assert sum(Decimal(row["cost"] or 0) for row in rows) == Decimal("1.700000001")
    (hostile,) = [row for row in rows if "cmd" in row["model"]]
    assert hostile["model"] == "'=cmd|' /C calc'!A0\r\n\"x\"" and hostile["open_usd"] == "0.4"
    lines = run("usage", "--rows", "--format", "json", *MONTH).splitlines()
    assert [json.loads(line)["time"] for line in lines] == [row["time"] for row in rows]
    assert rows[0]["time"] == "2024-03-05T12:00:00+00:00"
    assert rows[0]["thread"].startswith("https://slack.com/archives/C0GENERAL/p17000000")


def test_pictures_have_a_person_a_time_a_price_and_a_link(run: Run) -> None:
    shown = run("usage", "--pictures", *MONTH, "--zone", "Asia/Tokyo")
    lines = shown.splitlines()
    assert (
        len([line for line in lines if " v1 " in line or " v2 " in line]) == 3
        and "secret" not in shown
    )
    assert lines[2].split()[:6] == ["2024-03-05", "21:00", "U0ALEX", "C0GENERAL", "v1", "png"]
    assert "0.5000" in lines[2] and "0.2000~" in lines[4] and "--quality high" in lines[2]
    assert "~ is not confirmed" in shown
    (row, *_) = read_csv(run("usage", "--pictures", "--format", "csv", *MONTH))
    assert (row["cost"], row["is_estimated"]) == ("0.5", "false")
    (link,) = find_message_links([row["link"]])
    assert link == MessageLink("C0GENERAL", "1700000001.000100")
    assert main(["question", row["link"]]) == 0


def test_refusals_have_amounts(run: Run) -> None:
    rows = json.loads(run("usage", "--refusals", "--format", "json", *MONTH))
    assert rows == [
        {"budget": "user/day", "questions": 2, "refusals": 3, "least_usd": "0.2",
         "most_usd": "0.9", "unknown": 0},
    ]  # fmt: skip
    shown = run("usage", "--refusals", "--by", "user,day", *MONTH)
    assert "U0SAM" in shown and "0.9000" in shown.splitlines()[-1]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--by", "colour"), "cannot be grouped by: choose from user, channel, thread"),
        (("--by", "user,user"), "user is there twice"),
        (("--by", "budget"), "usage can be told apart by user"),
        (("--refusals", "--by", "model"), "what is refused can be told apart by budget"),
        (("--by", "user", "--pictures"), "--by has nothing to group"),
        (("--rows", "--format", "text"), "for other programs"),
        (("--rows", "--pictures"), "not allowed with"),
        (("--pictures", "--plot", "x.png"), "--plot draws sums"),
        (("--month", "2024-13"), "is no month: give one as 2026-11"),
        (("--month", "2024-1"), "is no month"),
        (("--month", "٢٠٢٤-٠١"), "is no month"),
        (("--month", "9999-12"), "is no month"),
        (("--from", "2024-02-30"), "is no day: give one as"),
        (("--days", "0"), "from 1 to 36500"),
        (("--days", "-5"), "from 1 to 36500"),
        (("--zone", "Mars/Phobos"), "is no time zone known here"),
        (("--zone", "../../etc/passwd"), "is no time zone known here"),
        (("--from", "2024-02-02", "--to", "2024-02-01"), "is after --to"),
        (("--month", "2999-01"), "is yet to come"),
    ],
)
def test_what_is_wrong_is_a_sentence_and_code_2(
    paid_folder: Path, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], words: str
) -> None:
    try:
        code = main(["usage", *args])
    except SystemExit as error:
        code = int(str(error.code))
    shown = capsys.readouterr()
    assert code == 2 and words in shown.err and shown.out == ""


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({}, (date(2026, 10, 30), date(2026, 11, 28))),
        ({"days": 1}, (date(2026, 11, 28), date(2026, 11, 28))),
        ({"month": parse_month("2024-02")}, (date(2024, 2, 1), date(2024, 2, 29))),
        ({"from_day": date(2026, 11, 1)}, (date(2026, 11, 1), date(2026, 11, 28))),
        ({"to_day": date(2026, 1, 30)}, (date(2026, 1, 1), date(2026, 1, 30))),
        ({"from_day": date(2026, 1, 1), "to_day": date(2027, 1, 1)},
         (date(2026, 1, 1), date(2027, 1, 1))),
    ],
)  # fmt: skip
def test_a_time_is_whole_days_of_its_zone(
    given: dict[str, object], days: tuple[date, date]
) -> None:
    now = datetime(2026, 11, 28, 0, 30, tzinfo=BERLIN).timestamp()  # in UTC it is the day before
    assert choose_span(build_options(**given), now) == build_span(*days, BERLIN)


def test_a_day_that_has_not_begun_in_its_zone_is_yet_to_come() -> None:
    now = datetime(2026, 11, 28, 23, 30, tzinfo=BERLIN).timestamp()
    with pytest.raises(StartupError, match="yet to come"):
        choose_span(build_options(from_day=date(2026, 11, 29)), now)
    with pytest.raises(StartupError, match="two answers"):
        choose_span(build_options(month=parse_month("2026-10"), to_day=date(2026, 1, 1)), now)


def build_options(**given: object) -> argparse.Namespace:
    nothing = {"days": None, "month": None, "from_day": None, "to_day": None}
    return argparse.Namespace(**{**nothing, **given}, zone=BERLIN)


async def test_people_and_channels_have_the_names_that_slack_tells(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        settings = read_settings(
            {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}, env_file=None
        )
        names = await fetch_names(settings, ["U0ALEX", "U0NOBODY"], ["C0GENERAL", "D0ALEX"])
        assert names.format_key("user", "U0ALEX") == "Alex"
        assert names.format_key("user", "U0NOBODY") == "U0NOBODY"
        assert names.format_key("channel", "C0GENERAL") == "#general"
        assert names.format_key("channel", "D0ALEX") == "D0ALEX"
        assert names.format_key("model", "U0ALEX") == "U0ALEX"
        assert names.address == slack.api_url.removesuffix("/api/")


async def test_without_slack_or_its_names_there_are_ids_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    token = {"SLACK_BOT_TOKEN": "xoxb-1"}
    away = read_settings({**token, "SLACK_API_URL": "http://127.0.0.1:9/api/"}, env_file=None)
    assert await fetch_names(away, ["U1"], []) == Names()
    assert "Slack told no names" in capsys.readouterr().err
    assert await fetch_names(read_settings({}, env_file=None), ["U1"], []) == Names()
    assert capsys.readouterr().err == ""
    async with PlayedSlack(NAMELESS_RULES) as slack:
        settings = read_settings(
            {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}, env_file=None
        )
        assert (await fetch_names(settings, ["U0ALEX"], [])).people == {}
    assert "ids are shown" in capsys.readouterr().err


def test_two_people_of_one_name_are_told_apart() -> None:
    names = Names({"U1": "Alex", "U2": "Alex", "U3": "Sam"}, {"C1": "x"}, "https://a.slack.com")
    shown = [names.format_key("user", id_) for id_ in ("U1", "U2", "U3")]
    assert shown == ["Alex (U1)", "Alex (U2)", "Sam"]
    link = names.build_link("C1", "1.000002", "1.000001")
    assert link == "https://a.slack.com/archives/C1/p1000002?thread_ts=1.000001&cid=C1"
    assert names.build_link("", "1.2") == ""


def test_usage_without_a_database_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EASEL_DATA_DIR", str(tmp_path / "none"))
    assert main(["usage"]) == 1 and "there is no database" in capsys.readouterr().err


def test_who_reads_may_stop_reading(paid_folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "usage", "--rows", *MONTH],
        env={"PYTHONPATH": str(ROOT), "EASEL_DATA_DIR": str(paid_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()  # as `head` does, once it has its lines
        assert (process.stderr.read(), process.wait(60)) == (b"", 0)
