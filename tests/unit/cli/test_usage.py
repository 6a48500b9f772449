"""`easel usage`: exact sums in every format."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from bot.cli.usage import format_report, sum_rows
from bot.domain.costs import UsageRow
from bot.domain.llm import Usage
from bot.domain.questions import Answer, Question
from storage.engine.sqlite import Database
from storage.ledger import SqliteLedger
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import SqliteQuestionQueue
from storage.reports.usage import sum_usage
from tests.support.ledger import record_taken
from tests.support.queues import AMPLE
from tests.support.values import build_incoming_message, build_model_requests, build_thread
from tests.unit.cli.bot_process import run_bot

DAY_SECONDS = 86_400.0
ALEX = UsageRow("U0ALEX", 2, 1_200, 10, 300, 7, 1_290, Decimal("0.0387371"), 0)
SAM = UsageRow("U0SAM", 1, 5, 0, 5, 0, 0, Decimal("0.1"), 1)


async def record_question(database: Database, number: int, *, day: int, cost: str | None) -> None:
    """Store one answered question of a day."""
    now = day * DAY_SECONDS + 60
    queue = SqliteQuestionQueue(database, owner="test", clock=lambda: now)
    journal = SqliteJournal(database, owner="test", clock=lambda: now)
    key = build_thread(number)
    question = await queue.enqueue(build_incoming_message(ts=key.root, thread=key), claim=AMPLE)
    assert isinstance(question, Question)
    generation_id = f"gen-{number}"
    await record_taken(SqliteLedger(database, clock=lambda: now), question, generation_id)
    known = None if cost is None else Decimal(cost)
    answer = Answer(
        "x", requests=build_model_requests(generation_id, "m", Usage(10, 20, cost=known))
    )
    await journal.settle(question, answer)


async def test_sums_are_exact_and_unknown_costs_are_counted(database: Database) -> None:
    await record_question(database, 1, day=1, cost="0.1")
    await record_question(database, 2, day=1, cost="0.2")
    await record_question(database, 3, day=2, cost=None)

    first, second = await sum_usage(database, group_by="day")
    assert (first.key, first.requests, first.cost) == ("1970-01-02", 2, Decimal("0.3"))
    assert (second.requests, second.cost, second.unknown) == (1, Decimal(0), 1)
    for by, key in (("user", "U0ALEX"), ("channel", "C0GENERAL"), ("model", "m")):
        (row,) = await sum_usage(database, group_by=by)
        assert (row.key, row.requests, row.input_tokens, row.output_tokens) == (key, 3, 30, 60)


async def test_only_what_was_asked_since_then_counts(database: Database) -> None:
    await record_question(database, 1, day=1, cost="0.1")
    await record_question(database, 2, day=5, cost="0.2")
    (row,) = await sum_usage(database, group_by="user", since=3 * DAY_SECONDS)
    assert row.cost == Decimal("0.2")


async def test_another_key_is_refused(database: Database) -> None:
    with pytest.raises(KeyError):
        await sum_usage(database, group_by="text")


def test_as_text_it_has_a_total() -> None:
    lines = format_report([ALEX, SAM], "user", "text").splitlines()
    assert lines[0].split()[:3] == ["user", "requests", "input"]
    assert lines[-2].split()[0] == "total" and "0.1387" in lines[-2]
    assert lines[-1].startswith("unknown:")
    assert format_report([], "user", "text") == "Nothing was used in this time.\n"


def test_as_csv_and_json_nothing_is_rounded() -> None:
    (row, _) = csv.DictReader(io.StringIO(format_report([ALEX, SAM], "user", "csv")))
    assert (row["user"], row["input_tokens"], row["cost"]) == ("U0ALEX", "1200", "0.0387371")
    records = json.loads(format_report([ALEX], "user", "json"))
    assert records[0]["user"] == "U0ALEX" and records[0]["cost"] == "0.0387371"


@pytest.mark.parametrize("key", ["=1+1", "+1", "-1", "@x"])
def test_no_cell_is_a_formula(key: str) -> None:
    row = UsageRow(key, 1, 1, 0, 1, 0, 0, Decimal(0), 0)
    (cells,) = csv.DictReader(io.StringIO(format_report([row], "model", "csv")))
    assert cells["model"] == f"'{key}"


def test_a_total_of_nothing_is_nothing() -> None:
    assert sum_rows([]).requests == 0 and sum_rows([ALEX, SAM]).cost == Decimal("0.1387371")


def test_usage_without_a_database_is_a_sentence_and_with_one_a_report(tmp_path: Path) -> None:
    result = run_bot("usage", folder=tmp_path, EASEL_DATA_DIR="here")
    assert result.returncode == 1 and "there is no database" in result.stderr
    run_bot("migrate", folder=tmp_path, EASEL_DATA_DIR="here")
    result = run_bot("usage", "--by", "user", folder=tmp_path, EASEL_DATA_DIR="here")
    assert (result.returncode, result.stdout) == (0, "Nothing was used in this time.\n")
