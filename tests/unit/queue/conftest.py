"""Fixtures: a worker with a real queue, whose answers the tests finish by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.queue.worker import Worker
from storage.engine.sqlite import Database
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import SqliteQuestionQueue
from tests.support.desk import ManualAnswerer, RecordingNotices, run_worker


@pytest.fixture
def queue(database: Database) -> SqliteQuestionQueue:
    return SqliteQuestionQueue(database, owner="test")


@pytest.fixture
def answerer(database: Database, queue: SqliteQuestionQueue) -> ManualAnswerer:
    return ManualAnswerer(queue, SqliteJournal(database, owner="test"))


@pytest.fixture
def notices() -> RecordingNotices:
    return RecordingNotices()


@pytest.fixture
async def worker(queue: SqliteQuestionQueue, answerer: ManualAnswerer) -> AsyncIterator[Worker]:
    async with run_worker(queue, answerer) as worker:
        yield worker
