"""What an answer did not tell of its cost is asked for later, and not for ever."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.billing.reconciler import WAITS, Reconciler
from bot.domain.errors import TryLater
from bot.domain.llm import Began
from bot.domain.questions import Question
from bot.observability.metrics import Metrics
from storage.engine.sqlite import Database
from storage.ledger import SqliteLedger
from storage.queue.journal import QuestionJournal
from storage.queue.sqlite import SqliteInbox
from tests.support.values import incoming


class Provider:
    """Knows costs when it is told to, and may be away."""

    def __init__(self) -> None:
        self.costs: dict[str, Decimal] = {}
        self.away = False
        self.asked = 0

    async def cost_of(self, generation_id: str) -> Decimal | None:
        self.asked += 1
        if self.away:
            raise TryLater("no connection")
        return self.costs.get(generation_id)


class Books:
    def __init__(self, database: Database) -> None:
        self.now = 1000.0
        self.database = database
        self.provider = Provider()
        ledger = SqliteLedger(database, clock=lambda: self.now)
        self.reconciler = Reconciler(ledger, self.provider, Metrics())

    async def begin(self, generation_id: str = "gen-1") -> None:
        inbox = SqliteInbox(self.database, owner="test", clock=lambda: self.now)
        journal = QuestionJournal(self.database, owner="test", clock=lambda: self.now)
        question = await inbox.put(incoming(), take=True)
        assert isinstance(question, Question)
        await journal.note_generation(question, Began(generation_id, "m"), Decimal(1))

    async def cost(self) -> int | None:
        query = "SELECT cost_nano FROM attempts"
        return await self.database.read(lambda c: c.exec_driver_sql(query).scalar_one())


@pytest.fixture
async def books(database: Database) -> Books:
    made = Books(database)
    await made.begin()
    return made


async def test_what_is_still_running_is_not_asked_for(books: Books) -> None:
    await books.reconciler.look()
    assert books.provider.asked == 0


async def test_an_interrupted_generation_is_asked_for_until_it_is_known(books: Books) -> None:
    books.now += 600
    await books.reconciler.look()
    assert books.provider.asked == 1 and await books.cost() is None
    await books.reconciler.look()
    assert books.provider.asked == 1  # not at once again

    books.provider.costs["gen-1"] = Decimal("0.0387371")
    books.now += WAITS[0]
    await books.reconciler.look()
    assert await books.cost() == 38_737_100
    books.now += 10_000
    await books.reconciler.look()
    assert books.provider.asked == 2


async def test_a_provider_that_is_away_is_asked_again(books: Books) -> None:
    books.provider.away = True
    books.now += 600
    await books.reconciler.look()
    books.provider.away = False
    books.provider.costs["gen-1"] = Decimal("0.5")
    books.now += WAITS[0]
    await books.reconciler.look()
    assert await books.cost() == 500_000_000


async def test_one_that_nobody_ever_knows_is_given_up(books: Books) -> None:
    books.now += 600
    for wait in (0.0, *WAITS, 10_000.0, 10_000.0):
        books.now += wait
        await books.reconciler.look()
    assert books.provider.asked == len(WAITS) + 1
    assert await books.cost() is None
