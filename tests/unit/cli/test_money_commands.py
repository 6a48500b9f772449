"""`bot usage --plot`, `bot budget`, `bot smoke`: for the one who pays and the one who runs it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from bot.cli.main import main
from bot.cli.smoke.main import run_smoke_test
from bot.config import read_settings
from bot.domain.errors import StartupError
from bot.playground.model import PlayedModel
from tests.support.easel import EaselEnvironment, run_easel

BUDGETS = "user/day=1 user:U0ALEX/month=5 answer=0.60"


async def run_and_ask(folder: Path) -> EaselEnvironment:
    async with run_easel(folder, EASEL_BUDGETS=BUDGETS) as easel:
        await easel.ask("say hello")
        await easel.ask("draw a fox")
    return easel


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    await run_and_ask(tmp_path / "data")
    monkeypatch.setenv("EASEL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("EASEL_BUDGETS", BUDGETS)
    return tmp_path / "data"


@pytest.mark.parametrize("by", ["day", "user", "channel", "model"])
def test_usage_is_drawn_as_a_picture(
    folder: Path, by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "usage.png"
    assert main(["usage", "--by", by, "--plot", str(path)]) == 0
    assert "total" in capsys.readouterr().out
    with Image.open(path) as picture:
        assert picture.format == "PNG" and min(picture.size) > 300
        colours = picture.convert("RGB").getcolors(1 << 24) or []
    assert any(colour == (74, 91, 212) for _, colour in colours), "there are bars"


def test_a_picture_that_cannot_be_written_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "--plot", str(folder / "no" / "usage.png")]) == 2
    assert "--plot" in capsys.readouterr().err


def test_budgets_are_shown_with_what_is_spent_and_what_happened(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["budget"]) == 0
    shown = capsys.readouterr().out
    assert "user/day: $1.00" in shown and "user:U0ALEX/month: $5.00" in shown
    assert "answer: at most $0.60 each" in shown and "changed" in shown
    with closing(sqlite3.connect(folder / "easel.db")) as database:
        (spent,) = database.execute("SELECT SUM(cost_nano) FROM attempts").fetchone()
    assert f"U0ALEX         ${spent / 1e9:,.4f} spent" in shown


def test_without_a_database_or_a_budget_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EASEL_DATA_DIR", str(tmp_path / "none"))
    assert main(["budget"]) == 2 and "there is no database" in capsys.readouterr().err


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.smoke.questions._BILL_WAIT_SECONDS", (0.0,))
    monkeypatch.setattr("bot.cli.smoke.questions._ABORT_AFTER_SECONDS", 0.05)


async def test_the_eight_questions_are_asked_of_the_service(
    no_waiting: None, capsys: pytest.CaptureFixture[str]
) -> None:
    async with PlayedModel() as model:
        given = {"OPENROUTER_API_KEY": model.api_key, "OPENROUTER_BASE_URL": model.base_url}
        settings = read_settings(given, env_file=None)
        asked: list[str] = []

        def answer_no(prompt: str) -> str:
            asked.append(prompt)
            return "n"

        assert await run_smoke_test(settings, confirmed=False, ask=answer_no) == 1
        assert "spends about" in asked[0] and model.requests == []
        assert await run_smoke_test(settings, confirmed=True) == 0
    shown = capsys.readouterr().out
    for number in range(1, 9):
        assert f"\n{number}. " in f"\n{shown}"
    assert "1 in delta.images, 0 in message.images" in shown
    assert "/generation says" in shown and "the same" in shown
    assert "16 pictures:" in shown and "Spent: 0." in shown


async def test_a_service_that_fails_is_told_question_by_question(
    no_waiting: None, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"OPENROUTER_API_KEY": "sk-x", "OPENROUTER_BASE_URL": "http://127.0.0.1:9/api/v1"}
    assert await run_smoke_test(read_settings(given, env_file=None), confirmed=True) == 1
    assert capsys.readouterr().out.count("could not be asked") == 8


async def test_without_a_key_nothing_is_asked() -> None:
    with pytest.raises(StartupError):
        await run_smoke_test(read_settings({}, env_file=None), confirmed=True)
