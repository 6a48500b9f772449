"""A worker with an inbox, answering by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.queue.worker import Worker
from storage.engine.sqlite import Database
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import SqliteQuestionQueue
from tests.support.desk import ManualAnswerer, RecordingNotices, run_worker


@pytest.fixture
def inbox(database: Database) -> SqliteQuestionQueue:
    return SqliteQuestionQueue(database, owner="test")


@pytest.fixture
def desk(database: Database, inbox: SqliteQuestionQueue) -> ManualAnswerer:
    return ManualAnswerer(inbox, SqliteJournal(database, owner="test"))


@pytest.fixture
def told() -> RecordingNotices:
    return RecordingNotices()


@pytest.fixture
async def worker(inbox: SqliteQuestionQueue, desk: ManualAnswerer) -> AsyncIterator[Worker]:
    async with run_worker(inbox, desk) as worker:
        yield worker
