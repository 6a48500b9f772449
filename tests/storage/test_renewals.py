"""A replica that lives keeps its claims, however much there is to do, here and at another one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text

from storage.engine.database import Database
from storage.engine.postgres import READERS, WRITERS
from storage.engine.sqlite import open_database
from storage.queue.questions import SqlQuestionQueue
from tests.support.clock import Clock
from tests.support.queues import take_question
from tests.support.replicas import open_replicas
from tests.support.transactions import Held
from tests.support.values import build_incoming_message

_SELECT_UNTIL = text("SELECT claimed_until FROM questions")
_END_LEASES = text("UPDATE questions SET claimed_until = 0")


@asynccontextmanager
async def hold(*transactions: asyncio.Task[None], held: Held, count: int) -> AsyncIterator[None]:
    """Wait until `count` of `transactions` have begun; let all of them end in the end.

    What is done meanwhile may wait for none of them: they end by themselves after a while.
    """
    async with asyncio.timeout(60):
        await held.wait_for(count)
    try:
        yield
        assert not any(one.done() for one in transactions)
    finally:
        held.end()
        await asyncio.gather(*transactions)


async def has_renewed(database: Database, queue: SqlQuestionQueue, question_id: int) -> bool:
    """Whether a renewal comes through, of a claim that has ended meanwhile."""
    await database.write_first(lambda c: c.execute(_END_LEASES).close())
    await queue.renew([question_id])
    return bool(await database.read_first(lambda c: c.execute(_SELECT_UNTIL).scalar_one()))


async def test_claims_are_renewed_while_answers_hold_all_connections(postgres_url: str) -> None:
    async with open_replicas(postgres_url, 1) as (database,):
        queue = SqlQuestionQueue(database, owner="a")
        question = await take_question(queue)
        held = Held()
        answers = [asyncio.create_task(database.write(held.go_on)) for _ in range(WRITERS * 5)]
        looks = [asyncio.create_task(database.read(held.go_on)) for _ in range(READERS * 5)]
        async with hold(*answers, *looks, held=held, count=WRITERS + READERS):
            assert await has_renewed(database, queue, question.id)


async def test_claims_are_renewed_while_another_replica_hangs_taking_over(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as (database, hanging):
        queue = SqlQuestionQueue(database, owner="a")
        question = await take_question(queue)
        held = Held()
        takeover = asyncio.create_task(hanging.write(held.take_over))
        async with hold(takeover, held=held, count=1):
            assert await has_renewed(database, queue, question.id)


async def test_a_renewal_writes_only_where_nothing_else_has_been_written(tmp_path: Path) -> None:
    clock = Clock()
    async with open_database(tmp_path / "easel.db") as database:
        queue = SqlQuestionQueue(database, owner="a", clock=clock)
        await queue.renew([])
        for has_question in (True, False):
            if has_question:
                await queue.enqueue(build_incoming_message(), claim=None)
            database.defer(lambda _: None, within_seconds=600)
            clock.now += 21
            await queue.renew([])
            # What may wait for the next transaction rides along with it.
            assert database.has_deferred is has_question
