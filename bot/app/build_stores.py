"""Builds the stores, on one database, and how they hear of other replicas."""

from __future__ import annotations

import secrets
from pathlib import Path

from bot.app.replicas.connect import Replicas
from bot.config import Settings
from bot.domain.questions import ASKERS_OWN_SECONDS
from storage.alerts.store import SqlAlertStore
from storage.asks.store import SqlAskStore
from storage.budgets import SqlBudgetStore
from storage.conversations import SqlConversationStore
from storage.deletion import SqlDeletionStore
from storage.engine.announcements import Announcements
from storage.engine.database import Database
from storage.feedback.store import SqlFeedbackStore
from storage.files import SqlFileStore
from storage.ledger import SqlLedger
from storage.pictures.store import SqlPictureStore
from storage.presses.store import SqlPressStore
from storage.prices.store import SqlPriceStore
from storage.queue.journal import SqlJournal
from storage.queue.questions import (
    SHARED_LEASE_SECONDS,
    SqlQuestionQueue,
)
from storage.queue.signs import SqlWaitingQuestions
from storage.recipes.store import SqlRecipeBook
from storage.settings import SqlSettingsStore
from storage.spending_audit import SqlSpendingAudit
from storage.steering.removals import SqlRemovalStore
from storage.steering.store import SqlSteeringStore
from storage.steering.titles import SqlTitleStore


class Stores:
    """The stores, each built once. A new store needs a protocol in `bot.domain.stores` as well.

    `announcements` and `replicas` are None on SQLite, where there is no other replica. `folder` is
    for what is this process's own. Answers are their askers' for `own_seconds`.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        postgres_url: str = "",
        *,
        own_seconds: float = ASKERS_OWN_SECONDS,
    ) -> None:
        self.announcements = _build_announcements(postgres_url)
        self.folder = folder
        owner = secrets.token_hex(8)  # names this process in its claims
        self.replicas = (
            None if self.announcements is None else Replicas(database, self.announcements, owner)
        )
        self.database = database
        self.queue = _build_queue(database, owner, own_seconds, is_shared=bool(postgres_url))
        self.waiting = SqlWaitingQuestions(database, owner=owner)
        self.journal = SqlJournal(database, owner=owner)
        self.conversations = SqlConversationStore(database)
        self.files = SqlFileStore(database)
        self.deletion = SqlDeletionStore(database)
        self.settings = SqlSettingsStore(database)
        self.recipes = SqlRecipeBook(database)
        self.budgets = SqlBudgetStore(database)
        self.spending_audit = SqlSpendingAudit(database)
        self.ledger = SqlLedger(database)
        self.alerts = SqlAlertStore(database)
        self.prices = SqlPriceStore(database)
        self.steering = SqlSteeringStore(database, own_seconds=own_seconds)
        self.presses = SqlPressStore(database, own_seconds=own_seconds)
        self.titles = SqlTitleStore(database)
        self.removals = SqlRemovalStore(database)
        self.asks = SqlAskStore(database)
        self.feedback = SqlFeedbackStore(database)
        self.pictures = SqlPictureStore(database, own_seconds=own_seconds)

    async def prepare(self, settings: Settings) -> None:
        """Load settings and recover from a crash. Call it once, before any question."""
        await self.settings.load()
        await self.recipes.load()
        await self.ledger.recover_interrupted()
        await self.budgets.record_change(settings.effective_budgets.text)


def _build_queue(
    database: Database, owner: str, own_seconds: float, *, is_shared: bool
) -> SqlQuestionQueue:
    if not is_shared:
        return SqlQuestionQueue(database, owner=owner, own_seconds=own_seconds)
    return SqlQuestionQueue(
        database,
        owner=owner,
        lease_seconds=SHARED_LEASE_SECONDS,
        is_shared=True,
        own_seconds=own_seconds,
    )


def _build_announcements(postgres_url: str) -> Announcements | None:
    return Announcements(postgres_url) if postgres_url else None
