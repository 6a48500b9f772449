"""Running totals of what is spent: always the sums of the ledger, whatever is booked, and cheap."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from structlog.testing import capture_logs

import storage.migrations
from bot.billing.budgets import count_days, parse_budgets
from bot.billing.totals_check import list_days_to_check, list_differences, repair_totals
from bot.domain.budgets import Limit, Period, Scope, Spent
from bot.domain.costs import (
    CostOwner,
    ModelRequest,
    PlannedRequest,
    RequestPurpose,
    UnbilledRequest,
)
from bot.domain.errors import LeaseLost
from bot.domain.llm import RequestSent, Usage
from bot.domain.questions import Question
from storage.engine.database import Database
from storage.engine.prepared import SqliteForm
from storage.engine.sqlite import open_database
from storage.reports.budgets import list_standings
from tests.support.budgets import NOON, BudgetHarness

EVERY_LIMIT = parse_budgets(
    "user/day=9 user/month=9 channel/day=9 channel/month=9 workspace/day=9 workspace/month=9"
)
ZERO = Decimal(0)


@pytest.fixture
def harness(database: Database) -> BudgetHarness:
    return BudgetHarness(database, EVERY_LIMIT)


async def book_something(harness: BudgetHarness, rnd: random.Random, question: Question) -> None:
    """Book, change or release a cost, at random; `question` may be settled or not."""
    cost = Decimal(rnd.randint(0, 10**9)) / 10**9
    match rnd.randrange(6):
        case 0:
            await harness.judge(question, cost)
        case 1:
            await harness.start(question, cost)
        case 2:
            with contextlib.suppress(LeaseLost):
                await harness.settle(question, rnd.choice([None, cost]))
        case 3:
            await harness.ledger.record_cost(f"gen-{question.id}", cost)
        case 4:
            name = f"s{rnd.random()}"
            owner = CostOwner("T2", rnd.choice("CD"), rnd.choice("UV"), question.id)
            known = rnd.choice([None, cost])
            request = ModelRequest("openrouter", "m", name, cost=known, key=name)
            planned = PlannedRequest(name, RequestPurpose.SUMMARY, max_cost=cost)
            await harness.ledger.record_sent(owner, planned, RequestSent("openrouter", "m"))
            await harness.ledger.record_requests(owner, [request], is_over=True)
        case _:
            await harness.ledger.recover_interrupted()
            unbilled = UnbilledRequest(f"gen-{question.id}", 1)
            await harness.ledger.postpone(unbilled, delay_seconds=None)


def _run_sql(statement: str, connection: Connection) -> None:
    connection.exec_driver_sql(statement)


async def take_every_step(harness: BudgetHarness, question: Question) -> None:
    """Run every statement that a question's money takes, and those of the reports."""
    owner = question.cost_owner
    await harness.judge(question, "0.10", requests=2)
    await harness.start(question, "0.10")
    await harness.budgets.get_spent(owner, EVERY_LIMIT.default_limits)
    await harness.budgets.is_warned(owner, EVERY_LIMIT.default_limits[0])
    await harness.budgets.record_warning(owner, EVERY_LIMIT.default_limits[0], NOON)
    await harness.budgets.list_recent_usage(RequestPurpose.ANSWER, ["m"])
    await harness.budgets.record_refusal(owner, "user/day", least=ZERO, most=ZERO)
    for limit in EVERY_LIMIT.default_limits:
        await list_standings(harness.database, limit, harness.now)
    await harness.settle(question, "0.05", Usage(10, 10, cost=Decimal("0.05")))
    await harness.ledger.record_cost(f"gen-{question.id}", Decimal("0.06"))
    await harness.ledger.list_unbilled(5)
    await harness.ledger.postpone(UnbilledRequest(f"gen-{question.id}", 1), delay_seconds=5)
    planned = PlannedRequest("s", RequestPurpose.SUMMARY, max_cost=Decimal(1))
    await harness.ledger.record_sent(owner, planned, RequestSent("openrouter", "m"))
    harness.ledger.note_started(planned, "openrouter", "s")
    ended = ModelRequest("openrouter", "m", "s", key="s")
    await harness.ledger.record_requests(owner, [ended], is_over=True)


@contextlib.contextmanager
def note_statements(database: Database) -> Iterator[dict[str, object]]:
    """Note each statement that is run, with parameters of it."""
    statements: dict[str, object] = {}

    def note(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        if sql.split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT"):
            statements.setdefault(sql, values)

    run = SqliteForm.run

    def note_prepared(
        form: SqliteForm, driver: sqlite3.Connection, parameters: dict[str, object]
    ) -> sqlite3.Cursor:
        statements.setdefault(form.sql, tuple(form.build_values(parameters)))
        return run(form, driver, parameters)

    event.listen(Engine, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteForm, "run", note_prepared)
        yield statements
    event.remove(Engine, "before_cursor_execute", note)


async def list_scans(database: Database, sql: str, values: object) -> list[str]:
    """Return the steps of a statement's plan that read a whole table of money."""
    plan = await database.read(
        lambda c: c.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()  # type: ignore[arg-type] # any values
    )
    steps = [str(row[3]) for row in plan if str(row[3]).startswith("SCAN")]
    tables = ("attempts", "spending", "budget_")
    # The newest requests are read from the end, and no more than are wanted.
    return [step for step in steps if any(map(step.__contains__, tables)) and "LIMIT" not in sql]


async def list_mismatched_days(harness: BudgetHarness) -> list[int]:
    days = range(count_days(NOON) - 40, count_days(NOON) + 40)
    return [day for day in days if await harness.audit.find_mismatches(day)]


async def test_whatever_is_booked_the_totals_are_the_sums_of_the_ledger(
    harness: BudgetHarness,
) -> None:
    rnd = random.Random(11)
    questions = [await harness.claim_question() for _ in range(12)]
    for _ in range(150):
        harness.now += rnd.choice([60, 3_600, 30 * 3_600, -40 * 3_600])
        await book_something(harness, rnd, rnd.choice(questions))
    assert await list_mismatched_days(harness) == []
    query = "SELECT sum(settled_nano) FROM spending WHERE scope = 'workspace'"
    total = await harness.database.read(lambda c: c.exec_driver_sql(query).scalar_one())
    query = "SELECT sum(cost_nano) FROM attempts"
    assert total > 0
    assert total == await harness.database.read(lambda c: c.exec_driver_sql(query).scalar_one())


async def test_each_budget_counts_its_own_period_and_subject(harness: BudgetHarness) -> None:
    question = await harness.claim_question()
    await harness.start(question, "0.60")
    # It is settled on the next day, and counts on the day on which it was asked.
    harness.now += 86_400
    await harness.settle(question, None)
    day, month = EVERY_LIMIT.default_limits[:2]
    assert await harness.get_spent(question, [day]) == (ZERO, ZERO)
    assert await harness.get_spent(question, [month]) == (ZERO, Decimal("0.60"))
    # The bill comes still later, and changes the day and month of the question only.
    await harness.ledger.record_cost(f"gen-{question.id}", Decimal("0.30"))
    assert await harness.get_spent(question, [month]) == (Decimal("0.30"), ZERO)
    harness.now -= 86_400
    assert await harness.get_spent(question, [day]) == (Decimal("0.30"), ZERO)
    harness.now += 15 * 86_400
    assert await harness.get_spent(question, [month]) == (ZERO, ZERO)
    stranger = CostOwner("T0EASEL", "C9", "U9")
    harness.now -= 15 * 86_400
    sums = await harness.budgets.get_spent(stranger, EVERY_LIMIT.default_limits)
    spent = {str(limit): spent.settled for limit, spent in sums.items() if spent.settled}
    assert set(spent) == {"workspace/day", "workspace/month"}
    (standing,) = await list_standings(harness.database, day, harness.now)
    assert (standing.subject, standing.spent) == ("U0ALEX", Spent(Decimal("0.30")))


async def test_a_clock_that_goes_back_over_midnight_forgets_nothing(harness: BudgetHarness) -> None:
    question = await harness.claim_question()
    await harness.settle(question, "0.50")
    harness.now -= 86_400
    assert await harness.get_spent(question) == (Decimal("0.50"), ZERO)


async def test_a_total_that_was_tampered_with_is_reported_and_repaired(
    harness: BudgetHarness,
) -> None:
    question = await harness.claim_question()
    await harness.settle(question, "0.50")
    statement = "UPDATE spending SET settled_nano = 7000000 WHERE scope = 'user'"
    await harness.database.write(lambda c: c.exec_driver_sql(statement).close())
    now = datetime.fromtimestamp(harness.now, UTC)
    assert await list_differences(harness.audit, now) == [
        "user U0ALEX: $0.0070 kept, $0.5000 in the ledger"
    ]
    assert await harness.get_spent(question) == (Decimal("0.007"), ZERO)
    with capture_logs() as logs:
        await repair_totals(harness.audit, lambda: now)
    assert [(log["event"], log.get("kept"), log.get("ledger")) for log in logs] == [
        ("totals_differ", "0.0070", "0.5000"), ("totals_checked", None, None),
    ]  # fmt: skip
    assert await harness.get_spent(question) == (Decimal("0.50"), ZERO)
    assert await list_mismatched_days(harness) == []


@pytest.mark.parametrize("kept", [6_000_000_000, 0, -3, 5_000_000 * 10**9])
async def test_totals_are_repaired_whichever_way_they_are_wrong(
    harness: BudgetHarness, kept: int
) -> None:
    await harness.settle(await harness.claim_question(), "1.00")
    waiting = await harness.claim_question()
    await harness.start(waiting, "0.20")
    # What no request explains goes as well: a subject that has spent nothing.
    for statement in (
        f"UPDATE spending SET settled_nano = {kept}, pending_nano = {kept}",
        f"INSERT INTO spending VALUES ('T9', 'user', 'U9', {count_days(NOON)}, {kept + 1}, 0)",
    ):
        await harness.database.write(partial(_run_sql, statement))
    with capture_logs() as logs:
        await repair_totals(harness.audit, lambda: NOON)
    assert logs[-1]["event"] == "totals_checked" and logs[-1]["count"] == 4
    assert await harness.get_spent(waiting) == (Decimal(1), Decimal("0.20"))
    assert await list_mismatched_days(harness) == []


async def test_what_is_booked_between_the_check_and_the_repair_stays_counted(
    harness: BudgetHarness,
) -> None:
    await harness.settle(await harness.claim_question(), "0.50")
    await harness.database.write(lambda c: c.exec_driver_sql("DELETE FROM spending").close())
    mismatches = await harness.audit.find_mismatches(count_days(NOON))
    await harness.settle(await harness.claim_question(), "0.25")
    await harness.audit.repair(mismatches)
    assert await harness.audit.find_mismatches(count_days(NOON)) == []
    question = await harness.claim_question()
    assert await harness.get_spent(question) == (Decimal("0.75"), ZERO)


def test_the_days_of_this_month_are_checked_and_today_comes_first() -> None:
    today = count_days(NOON)
    assert list_days_to_check(NOON) == list(range(today, today - 21, -1))
    first = NOON.replace(day=1, hour=0)
    assert list_days_to_check(first) == [count_days(first)]


async def test_an_older_ledger_is_counted_when_it_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "easel.db"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__file__).parent))
    now = datetime.now(UTC)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        insert = (
            "INSERT INTO attempts (team, channel, user, model, generation_id, asked_at, cost_nano,"
            " worst_nano) VALUES ('T', 'C', ?, 'm', '', ?, ?, ?)"
        )
        start_of_month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        rows = [
            ("U1", now.timestamp(), 5_000_000_000, 0),
            ("U2", now.timestamp(), None, 2_000_000_000),
            ("U1", start_of_month.timestamp(), 1_000_000_000, 9),
            ("U1", (start_of_month - timedelta(seconds=1)).timestamp(), 70, 0),
        ]
        for row in rows:
            connection.exec_driver_sql(insert, row)
    engine.dispose()
    async with open_database(path) as database:
        harness = BudgetHarness(database, EVERY_LIMIT)
        harness.now = now.timestamp()
        assert await list_differences(harness.audit, now) == []
        limit = Limit(Scope.WORKSPACE, Period.MONTH, Decimal(9))
        owner = CostOwner("T", "C", "U9")
        spent = await harness.budgets.get_spent(owner, [limit])
        assert spent[limit] == Spent(Decimal(6), Decimal(2))


@pytest.mark.of_sqlite
async def test_no_statement_of_a_question_reads_more_when_the_ledger_grows(
    harness: BudgetHarness,
) -> None:
    """Every statement that a question's money takes is planned by SQLite; none may scan."""
    question = await harness.claim_question()
    with note_statements(harness.database) as statements:
        await take_every_step(harness, question)
    scans = [
        scan
        for sql, values in statements.items()
        for scan in await list_scans(harness.database, sql, values)
    ]
    assert scans == [] and len(statements) > 15
