"""The queue and its journal, on a clock that a test sets; and processes that share one.

Another store joins the parameters of `process`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.conversations import SqlConversationStore
from storage.engine.database import Database
from storage.queue.journal import SqlJournal
from storage.queue.questions import SqlQuestionQueue
from storage.steering.store import SqlSteeringStore
from tests.support.clock import Clock
from tests.support.queues import QueueProcess


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(database: Database, clock: Clock) -> SqlQuestionQueue:
    return SqlQuestionQueue(database, owner="test", clock=clock)


@pytest.fixture
def journal(database: Database, clock: Clock) -> SqlJournal:
    return SqlJournal(database, owner="test", clock=clock)


@pytest.fixture
def steering(database: Database, clock: Clock) -> SqlSteeringStore:
    return SqlSteeringStore(database, clock=clock)


@pytest.fixture
def conversations(database: Database) -> SqlConversationStore:
    return SqlConversationStore(database)


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


# What is about the file itself, its locks and its plans. Single tests are marked `of_sqlite`.
_OF_SQLITE = frozenset(
    {"test_backup", "test_opening", "test_prepared", "test_statements", "test_transactions"}
    | {"test_upgrade", "test_waiting_writes", "test_blobs", "test_blobs_under_load"}
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test of this folder that has a database runs on both engines."""
    module = metafunc.module.__name__.rpartition(".")[2]
    is_of_sqlite = metafunc.definition.get_closest_marker("of_sqlite") is not None
    if "database" in metafunc.fixturenames and module not in _OF_SQLITE and not is_of_sqlite:
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)
