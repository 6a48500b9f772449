"""Builds the stores, on one database."""

from __future__ import annotations

import secrets

from bot.config import Settings
from storage.alerts.store import SqliteAlertStore
from storage.budgets import SqliteBudgetStore
from storage.conversations import SqliteConversationStore
from storage.deletion import SqliteDeletionStore
from storage.engine.sqlite import Database
from storage.files import SqliteFileStore
from storage.ledger import SqliteLedger
from storage.prices.store import SqlitePriceStore
from storage.queue.journal import SqliteJournal
from storage.queue.signs import SqliteWaitingQuestions
from storage.queue.sqlite import SqliteQuestionQueue
from storage.settings import SqliteSettingsStore
from storage.spending_audit import SqliteSpendingAudit


class Stores:
    """The stores, each built once. A new store needs a protocol in `bot.domain.stores` as well."""

    def __init__(self, database: Database) -> None:
        owner = secrets.token_hex(8)  # names this process in its claims
        self.database = database
        self.queue = SqliteQuestionQueue(database, owner=owner)
        self.waiting = SqliteWaitingQuestions(database)
        self.journal = SqliteJournal(database, owner=owner)
        self.conversations = SqliteConversationStore(database)
        self.files = SqliteFileStore(database)
        self.deletion = SqliteDeletionStore(database)
        self.settings = SqliteSettingsStore(database)
        self.budgets = SqliteBudgetStore(database)
        self.spending_audit = SqliteSpendingAudit(database)
        self.ledger = SqliteLedger(database)
        self.alerts = SqliteAlertStore(database)
        self.prices = SqlitePriceStore(database)

    async def prepare(self, settings: Settings) -> None:
        """Load settings and recover from a crash. Call it once, before any question."""
        await self.settings.load()
        await self.ledger.recover_interrupted()
        await self.budgets.record_change(settings.effective_budgets.text)
