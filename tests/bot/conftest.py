"""A worker with an inbox, answering by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.worker import Worker
from storage.database import Database
from storage.inbox import SqliteInbox
from storage.journal import QuestionJournal
from tests.fakes.desk import Desk, Told, working


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
