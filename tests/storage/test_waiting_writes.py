"""What waits long for the database is written with the time at which it is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import TypeVar

import pytest

from bot.domain.questions import Question
from storage.engine.connection import Body
from storage.engine.sqlite import Database, prepare_database
from tests.support.queues import AMPLE, QueueProcess, claim_one, enqueue
from tests.support.values import build_incoming_message

T = TypeVar("T")
_LOCKED_SECONDS = 221.0


class HeldDatabase(Database):
    """Writes nothing while it is held, as behind another program's lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, body: Body[T]) -> T:
        await self.gate.wait()
        return await super().write(body)


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[HeldDatabase]:
    path = tmp_path / "easel.db"
    prepare_database(path)
    database = HeldDatabase(path)
    await database.open()
    yield database
    await database.close()


async def run_behind_lock(
    held: HeldDatabase, process: QueueProcess, write: Callable[[], Coroutine[None, None, T]]
) -> T:
    """Begin `write`, hold it up for `_LOCKED_SECONDS`, and return its result."""
    held.gate.clear()
    task = asyncio.create_task(write())
    await asyncio.sleep(0)  # it waits now
    process.now += _LOCKED_SECONDS
    held.gate.set()
    return await task


async def test_a_message_that_waited_for_the_database_is_claimed_for_as_long_as_any(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    message = build_incoming_message()
    question = await run_behind_lock(
        held, process, lambda: process.queue.enqueue(message, claim=AMPLE)
    )
    assert isinstance(question, Question) and question.stored_at == process.now
    assert await process.queue.renew([]) == 0, "its lease has not expired"
    assert await claim_one(process.queue) is None


async def test_a_claim_that_waited_for_the_database_holds_as_long_as_any(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    await enqueue(process.queue, build_incoming_message())
    batch = await run_behind_lock(held, process, lambda: process.queue.claim(AMPLE))
    assert len(batch.questions) == 1
    assert await process.queue.renew([]) == 0 and await claim_one(process.queue) is None


async def test_a_renewal_that_waited_for_the_database_renews_from_now_on(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    question = await process.take()
    process.now += 25.0
    await run_behind_lock(held, process, lambda: process.queue.renew([question.id]))
    assert await process.queue.renew([]) == 0


async def test_a_pause_that_waited_for_the_database_begins_when_it_is_written(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    question = await process.take()
    await run_behind_lock(
        held,
        process,
        lambda: process.queue.requeue(question, delay_seconds=10.0, counts_as_attempt=True),
    )
    assert await claim_one(process.queue) is None
    process.now += 10.0
    assert await claim_one(process.queue) is not None
