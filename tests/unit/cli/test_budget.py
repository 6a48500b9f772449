"""`easel budget`: what is spent, and what happened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.main import main


def test_budgets_are_shown_with_what_is_spent_and_what_happened(
    data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["budget"]) == 0
    shown = capsys.readouterr().out
    assert "user/day: $1.00" in shown and "user:U0ALEX/month: $5.00" in shown
    assert "answer: at most $0.60 each" in shown and "changed" in shown
    with closing(sqlite3.connect(data_folder / "easel.db")) as database:
        (spent,) = database.execute("SELECT SUM(cost_nano) FROM attempts").fetchone()
    assert f"U0ALEX         ${spent / 1e9:,.4f} spent" in shown


def test_without_a_database_or_a_budget_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EASEL_DATA_DIR", str(tmp_path / "none"))
    assert main(["budget"]) == 1 and "there is no database" in capsys.readouterr().err


def test_small_amounts_do_not_look_like_nothing(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(data_folder / "easel.db")) as database:
        database.execute("UPDATE attempts SET cost_nano = 1234")
        database.commit()
    monkeypatch.setenv("EASEL_BUDGETS", "answer=0.001 user/day=0.002 channel/day=1234.5")
    assert main(["budget"]) == 0
    shown = capsys.readouterr().out
    assert "answer: at most $0.001 each" in shown and "user/day: $0.002\n" in shown
    assert "channel/day: $1,234.50\n" in shown and " $0.000002 spent" in shown
