"""Replicas whose clocks differ by minutes: what they share goes by the database's time."""

from __future__ import annotations

import time
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import text

from bot.billing.budgets import parse_budgets
from bot.domain.budgets import Demand
from bot.domain.costs import CostOwner, PlannedRequest, RequestPurpose, UnbilledRequest
from bot.domain.llm import RequestSent
from bot.domain.questions import Question
from storage.budgets import SqlBudgetStore
from storage.engine.database import Database
from storage.files import SqlFileStore
from storage.ledger import SqlLedger
from storage.queue.questions import SqlQuestionQueue
from storage.replicas.clock import estimate_now, read_now
from storage.replicas.duties import SqlDuties
from storage.replicas.senders import SqlOnce, SqlSenders
from tests.support.queues import AMPLE
from tests.support.replicas import open_replicas
from tests.support.values import ALEX, THREAD, build_incoming_message

# As if each lease had been given a minute and a half earlier.
_END_LEASES = text("UPDATE questions SET claimed_until = claimed_until - 90")
real_time = time.time
BOTH_WAYS = pytest.mark.parametrize("skew", [-300.0, 300.0], ids=["behind", "ahead"])
# Far less than the clocks differ by, and more than a busy machine needs for a statement.
TOLERANCE = 30.0


@pytest.fixture
def skewed(monkeypatch: pytest.MonkeyPatch, skew: float) -> None:
    """Set the clock of this whole process: what is built from here on tells the wrong time."""
    monkeypatch.setattr(time, "time", lambda: real_time() + skew)


async def read_column(database: Database, sql: str) -> float:
    return float(await database.read(lambda c: c.scalar(text(sql))) or 0.0)


@BOTH_WAYS
async def test_stamps_and_leases_are_the_databases(postgres_url: str, skewed: None) -> None:
    async with open_replicas(postgres_url, 1) as (database,):
        for read in (read_now, estimate_now, estimate_now):
            now = await database.read(partial(read, clock=time.time))
            assert now == pytest.approx(real_time(), abs=TOLERANCE)
        queue = SqlQuestionQueue(database, owner="a", clock=time.time)
        question = await queue.enqueue(build_incoming_message(), claim=AMPLE)
        assert isinstance(question, Question)
        assert question.stored_at == pytest.approx(real_time(), abs=TOLERANCE)
        until = await read_column(database, "SELECT claimed_until FROM questions")
        assert until == pytest.approx(real_time() + 30, abs=TOLERANCE)
        assert (await queue.read_stats()).oldest_seconds < TOLERANCE
        sent = PlannedRequest("key", RequestPurpose.ANSWER, max_cost=Decimal(1))
        ledger = SqlLedger(database, clock=time.time)
        await ledger.record_sent(question.cost_owner, sent, RequestSent("openrouter", "m"))
        asked_at = await read_column(database, "SELECT asked_at FROM attempts")
        assert asked_at == pytest.approx(real_time(), abs=TOLERANCE)


@BOTH_WAYS
async def test_a_claim_of_a_replica_whose_clock_is_wrong_holds_and_ends_as_any_other(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, skew: float
) -> None:
    async with open_replicas(postgres_url, 2) as (first, second):
        right = SqlQuestionQueue(second, owner="b")
        monkeypatch.setattr(time, "time", lambda: real_time() + skew)
        wrong = SqlQuestionQueue(first, owner="a", lease_seconds=60.0, clock=time.time)
        assert isinstance(await wrong.enqueue(build_incoming_message(), claim=AMPLE), Question)
        monkeypatch.undo()
        assert await right.renew([], takes_others=True) == 0, "it lives"
        left = await read_column(second, "SELECT claimed_until FROM questions") - real_time()
        assert 0 < left <= 60 + TOLERANCE
        await second.write(lambda c: c.execute(_END_LEASES).close())
        assert await right.renew([], takes_others=True) == 1
        stats = await right.read_stats()
        assert stats.states == {"stored": 1}


@BOTH_WAYS
async def test_a_senders_questions_are_counted_by_one_clock(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, skew: float
) -> None:
    async with open_replicas(postgres_url, 2) as (first, second):
        right = SqlQuestionQueue(second, owner="b")
        await right.enqueue(build_incoming_message(), claim=None)
        monkeypatch.setattr(time, "time", lambda: real_time() + skew)
        wrong = SqlQuestionQueue(first, owner="a", clock=time.time)
        later = build_incoming_message(ts="1700000001.000000")
        await wrong.enqueue(later, claim=None)
        here, there = SqlSenders(first, clock=time.time), SqlSenders(second)
        assert await here.count_questions(THREAD, ALEX.id, 60) == 2
        monkeypatch.undo()
        assert await there.count_questions(THREAD, ALEX.id, 60) == 2


@BOTH_WAYS
async def test_money_is_counted_in_the_period_that_all_replicas_have(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, skew: float
) -> None:
    limits = parse_budgets("user/day=1.00")
    owner, each = CostOwner("T", "C", "U", None), Decimal("0.40")
    demand = Demand(each, each, each, 1)
    async with open_replicas(postgres_url, 2) as (first, second):
        monkeypatch.setattr(time, "time", lambda: real_time() + skew)
        await SqlBudgetStore(first, clock=time.time).reserve(owner, demand, limits)
        made_at = await read_column(first, "SELECT made_at FROM reservations")
        assert made_at == pytest.approx(real_time(), abs=TOLERANCE)
        # A bill that is due in a minute is due for no replica now, whatever its clock says.
        ledger = SqlLedger(first, clock=time.time)
        planned = PlannedRequest("key", RequestPurpose.ANSWER, max_cost=each)
        await ledger.record_sent(owner, planned, RequestSent("openrouter", "m"))
        ledger.note_started(planned, "openrouter", "gen-1")
        await first.write(lambda _: None)
        await ledger.postpone(UnbilledRequest("gen-1", 0), delay_seconds=60)
        assert await ledger.list_unbilled(9) == []
        other = SqlLedger(second, clock=time.time)
        assert await other.list_unbilled(9) == []
        await ledger.postpone(UnbilledRequest("gen-1", 0), delay_seconds=-1)
        assert len(await other.list_unbilled(9)) == 1
        monkeypatch.undo()
        assert len(await SqlLedger(second).list_unbilled(9)) == 1


@BOTH_WAYS
async def test_what_was_said_and_read_is_kept_as_long_as_on_any_replica(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, skew: float
) -> None:
    async with open_replicas(postgres_url, 1) as (database,):
        monkeypatch.setattr(time, "time", lambda: real_time() + skew)
        assert await SqlOnce(database, clock=time.time).is_first("loop")
        seen_at = await read_column(database, "SELECT seen_at FROM events")
        assert seen_at == pytest.approx(real_time(), abs=TOLERANCE)
        insert = text("INSERT INTO readings (sha256, copy_sha256, made_at) VALUES ('a', 'b', :at)")
        await database.write(lambda c: c.execute(insert, {"at": real_time()}).close())
        # Two minutes are less than the clocks differ by: only the database's counts.
        await SqlFileStore(database, clock=time.time).delete_old_readings(days=120 / 86_400)
        assert await read_column(database, "SELECT count(*) FROM readings") == 1
        assert await SqlDuties(database, holder="a", clock=time.time).take("x", seconds=60)
        until = await read_column(database, "SELECT until FROM duties")
        assert until == pytest.approx(real_time() + 60, abs=TOLERANCE)
