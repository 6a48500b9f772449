"""A worker with an inbox, answering by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.queue.worker import Worker
from storage.engine.sqlite import Database
from storage.queue.journal import QuestionJournal
from storage.queue.sqlite import SqliteInbox
from tests.support.desk import Desk, Told, working


@pytest.fixture
def inbox(database: Database) -> SqliteInbox:
    return SqliteInbox(database, owner="test")


@pytest.fixture
def desk(database: Database, inbox: SqliteInbox) -> Desk:
    return Desk(inbox, QuestionJournal(database, owner="test"))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def worker(inbox: SqliteInbox, desk: Desk) -> AsyncIterator[Worker]:
    async with working(inbox, desk) as worker:
        yield worker
