"""The usage report: exact sums, in every form."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest

from bot.cli.usage import report, total
from bot.domain.costs import UsageRow
from bot.domain.llm import Began, Usage
from bot.domain.questions import Answer, Question
from storage.engine.sqlite import Database
from storage.queue.journal import QuestionJournal
from storage.queue.sqlite import SqliteInbox
from storage.usage_report import usage
from tests.support.values import asked, incoming, thread

DAY = 86_400.0
ALEX = UsageRow("U0ALEX", 2, 1_200, 10, 300, 7, 1_290, Decimal("0.0387371"), 0)
SAM = UsageRow("U0SAM", 1, 5, 0, 5, 0, 0, Decimal("0.1"), 1)


async def ask(database: Database, number: int, *, day: int, cost: str | None) -> None:
    """One answered question on a day."""
    now = day * DAY + 60
    inbox = SqliteInbox(database, owner="test", clock=lambda: now)
    journal = QuestionJournal(database, owner="test", clock=lambda: now)
    key = thread(number)
    question = await inbox.put(incoming(ts=key.root, thread=key), take=True)
    assert isinstance(question, Question)
    began = Began(f"gen-{number}", "m")
    await journal.note_generation(question, began, Decimal(0))
    known = None if cost is None else Decimal(cost)
    answer = Answer("x", attempts=asked(began.generation_id, "m", Usage(10, 20, cost=known)))
    await journal.settle(question, answer)


async def test_sums_are_exact_and_unknown_costs_are_counted(database: Database) -> None:
    await ask(database, 1, day=1, cost="0.1")
    await ask(database, 2, day=1, cost="0.2")
    await ask(database, 3, day=2, cost=None)

    first, second = await usage(database, by="day")
    assert (first.key, first.requests, first.cost) == ("1970-01-02", 2, Decimal("0.3"))
    assert (second.requests, second.cost, second.unknown) == (1, Decimal(0), 1)
    for by, key in (("user", "U0ALEX"), ("channel", "C0GENERAL"), ("model", "m")):
        (row,) = await usage(database, by=by)
        assert (row.key, row.requests, row.input_tokens, row.output_tokens) == (key, 3, 30, 60)


async def test_only_what_was_asked_since_then_counts(database: Database) -> None:
    await ask(database, 1, day=1, cost="0.1")
    await ask(database, 2, day=5, cost="0.2")
    (row,) = await usage(database, by="user", since=3 * DAY)
    assert row.cost == Decimal("0.2")


async def test_another_key_is_refused(database: Database) -> None:
    with pytest.raises(KeyError):
        await usage(database, by="text")


def test_as_text_it_has_a_total() -> None:
    lines = report([ALEX, SAM], "user", "text").splitlines()
    assert lines[0].split()[:3] == ["user", "requests", "input"]
    assert lines[-2].split()[0] == "total" and "0.1387" in lines[-2]
    assert lines[-1].startswith("unknown:")
    assert report([], "user", "text") == "Nothing was used in this time.\n"


def test_as_csv_and_json_nothing_is_rounded() -> None:
    (row, _) = csv.DictReader(io.StringIO(report([ALEX, SAM], "user", "csv")))
    assert (row["user"], row["input_tokens"], row["cost"]) == ("U0ALEX", "1200", "0.0387371")
    told = json.loads(report([ALEX], "user", "json"))
    assert told[0]["user"] == "U0ALEX" and told[0]["cost"] == "0.0387371"


@pytest.mark.parametrize("key", ["=1+1", "+1", "-1", "@x"])
def test_no_cell_is_a_formula(key: str) -> None:
    row = UsageRow(key, 1, 1, 0, 1, 0, 0, Decimal(0), 0)
    (told,) = csv.DictReader(io.StringIO(report([row], "model", "csv")))
    assert told["model"] == f"'{key}"


def test_a_total_of_nothing_is_nothing() -> None:
    assert total([]).requests == 0 and total([ALEX, SAM]).cost == Decimal("0.1387371")
