"""The five questions about money in docs/operating.md: each command answers its question."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.support.process import ROOT

Run = Callable[[str], str]


def list_commands() -> list[str]:
    """Return the first command of each row of the table, for the month of the made installation."""
    text = (ROOT / "docs" / "operating.md").read_text()
    table = text.partition("| whoever pays asks |")[2].partition("\n\n")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "`" in line]
    return [re.findall(r"`([^`]+)`", row)[0].replace("2026-10", "2024-03") for row in rows]


@pytest.fixture
def run(
    paid_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.setenv("EASEL_BUDGETS", "user/day=2")

    def run_command(line: str) -> str:
        words = shlex.split(line.partition(" > ")[0])
        assert main(words) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return run_command


def test_each_of_the_five_questions_has_its_answer(run: Run) -> None:
    by_user, rows, pictures, budget, prices = (run(command) for command in list_commands())
    assert re.search(r"U0ALEX +a/draws .*1\.2000", by_user), "who, with which model, how much"
    assert rows.count("\r\n") == 7 and '"generation"' in rows.splitlines()[0]
    assert re.search(r"12:00 +U0ALEX .* v2 .*0\.5000 .*https://\S+/archives/C0GENERAL/p", pictures)
    assert "user/day: $2.00; frees up on" in budget and "would have cost $0.1000" in budget
    assert "Prices of today" in prices or "No price is known yet" in prices
    assert "at today's prices" in prices


def test_the_other_commands_of_the_table_are_right_too(run: Run, tmp_path: Path) -> None:
    refused = run("usage --refusals --by user,budget --month 2024-03")
    assert re.search(r"U0SAM +user/day +1 ", refused)
    chart = tmp_path / "prices.png"
    run(f"prices --plot {chart}")
    assert chart.exists()
