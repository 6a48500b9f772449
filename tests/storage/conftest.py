"""The queue and its journal, on a clock that a test sets; and processes that share one.

Another store joins the parameters of `process`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.engine.sqlite import Database
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import SqliteQuestionQueue
from tests.support.clock import Clock
from tests.support.queues import QueueProcess


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(database: Database, clock: Clock) -> SqliteQuestionQueue:
    return SqliteQuestionQueue(database, owner="test", clock=clock)


@pytest.fixture
def journal(database: Database, clock: Clock) -> SqliteJournal:
    return SqliteJournal(database, owner="test", clock=clock)


@pytest.fixture(params=["sqlite"])
def process(request: pytest.FixtureRequest, database: Database) -> Callable[[str], QueueProcess]:
    """Return a function that opens a process of that name on the store of the parameter."""
    stores = {"sqlite": QueueProcess}
    return lambda owner: stores[request.param](database, owner)


@pytest.fixture
def one(process: Callable[[str], QueueProcess]) -> QueueProcess:
    return process("one")


@pytest.fixture
def other(process: Callable[[str], QueueProcess]) -> QueueProcess:
    return process("other")
