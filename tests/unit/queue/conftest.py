"""Fixtures: a worker with a real queue, whose answers the tests finish by hand or plan."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.queue.worker import Worker
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from tests.support.desk import ManualAnswerer, RecordingNotices, run_worker
from tests.support.virtual_easel import WIDE_LIMITS, VirtualEasel


@pytest.fixture
def queue(database: Database) -> SqlQuestionQueue:
    return SqlQuestionQueue(database, owner="test")


@pytest.fixture
def answerer(database: Database, queue: SqlQuestionQueue) -> ManualAnswerer:
    return ManualAnswerer(queue, SqlJournal(database, owner="test"))


@pytest.fixture
def notices() -> RecordingNotices:
    return RecordingNotices()


@pytest.fixture
async def worker(queue: SqlQuestionQueue, answerer: ManualAnswerer) -> AsyncIterator[Worker]:
    async with run_worker(queue, answerer) as worker:
        yield worker


@pytest.fixture
def easel() -> Iterator[VirtualEasel]:
    """A worker and its store on a virtual clock."""
    easel = VirtualEasel(WIDE_LIMITS)
    yield easel
    easel.close()
