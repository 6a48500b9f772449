"""Repairs of the running totals that meet: of one process twice, and of several replicas."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from bot.billing.budgets import count_days
from bot.domain.budgets import TotalsMismatch
from storage.engine.database import Database
from storage.spending_audit import SqlSpendingAudit
from tests.storage.test_running_totals import EVERY_LIMIT
from tests.support.budgets import NOON, BudgetHarness
from tests.support.replicas import open_replicas

TODAY = count_days(NOON)


async def lose_totals(database: Database, settled: str) -> BudgetHarness:
    """Book a cost and forget its totals."""
    harness = BudgetHarness(database, EVERY_LIMIT)
    question = await harness.claim_question()
    await harness.start(question, settled)
    await harness.settle(question, settled)
    await database.write(lambda c: c.exec_driver_sql("DELETE FROM spending").close())
    return harness


async def test_what_was_found_once_and_is_repaired_twice_is_added_once(database: Database) -> None:
    harness = await lose_totals(database, "0.50")
    found = await harness.audit.find_mismatches(TODAY)
    assert len(found) == 3  # a person, a channel, a workspace
    await harness.audit.repair(found)
    await harness.audit.repair(found)
    assert await harness.audit.find_mismatches(TODAY) == []
    question = await harness.claim_question()
    assert await harness.get_spent(question) == (Decimal("0.50"), Decimal(0))


async def test_replicas_that_find_the_same_at_once_add_it_once_while_others_book(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url) as databases:
        harness = await lose_totals(databases[0], "0.50")
        audits = [SqlSpendingAudit(database) for database in databases]
        found = await asyncio.gather(*(audit.find_mismatches(TODAY) for audit in audits))
        assert all(len(each) == 3 for each in found)

        async def repair(audit: SqlSpendingAudit, each: list[TotalsMismatch]) -> None:
            for _ in range(5):
                await audit.repair(each)

        async def book() -> None:
            for _ in range(15):
                question = await harness.claim_question()
                await harness.start(question, "0.01")
                await harness.settle(question, "0.01")

        repairs = (repair(*pair) for pair in zip(audits, found, strict=True))
        await asyncio.gather(book(), *repairs)
        assert await audits[1].find_mismatches(TODAY) == []
        question = await harness.claim_question()
        assert await harness.get_spent(question) == (Decimal("0.65"), Decimal(0))
