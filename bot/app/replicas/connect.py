"""Connects a replica with the others that work on the same PostgreSQL database.

What each part needs of the others stands here; where there is one process, nothing does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import structlog

from bot.alerts.watch import Elsewhere
from bot.app.background import Work, run_in_background
from bot.app.build_slack import SlackAdapters
from bot.app.replicas.refresh import Refresher
from bot.app.replicas.upkeep import Upkeep
from bot.billing.budget_guard import BudgetGuard
from bot.domain.errors import EaselError
from bot.queue.removals import AnswerRemover
from bot.queue.worker import Worker
from handlers.web_api.limits.call_sharing import CallSharing
from storage.alerts.readings import SqlReadings
from storage.engine.announcements import Announcements
from storage.engine.database import Database
from storage.ledger import RESERVATIONS_TOPIC, SqlLedger
from storage.recipes.store import RECIPES_TOPIC, SqlRecipeBook
from storage.replicas.calls import BLOCKS_TOPIC, HUNGER_TOPIC, POSTS_TOPIC, SqlCallStore
from storage.replicas.duties import SqlDuties
from storage.replicas.interruptions import INTERRUPTIONS_TOPIC, SqlInterruptions
from storage.replicas.senders import SqlOnce, SqlSenders
from storage.settings import SETTINGS_TOPIC, SqlSettingsStore
from storage.steering.late_ends import LATE_ENDS_TOPIC

log = structlog.get_logger(__name__)

# How often it is looked for what replicas that have ended left set aside, and unbilled.
_LEFT_SECONDS = 20.0


class Replicas:
    """What the replica `name` has in common with others, through `database`."""

    def __init__(self, database: Database, announcements: Announcements, name: str) -> None:
        self.announcements = announcements
        self._database = database
        self._name = name
        self.duties = SqlDuties(database, holder=name)
        self.upkeep = Upkeep(self.duties)
        self.once = SqlOnce(database)
        self._interruptions = SqlInterruptions(database, owner=name)
        self._senders = SqlSenders(database)

    def build_alerts_elsewhere(self) -> Elsewhere:
        return Elsewhere(SqlReadings(self._database, replica=self._name), self.duties)

    async def share_calls(self, stack: AsyncExitStack, slack: SlackAdapters) -> None:
        """Call Slack no more often than the replicas together may. Call it before any call."""
        store = SqlCallStore(self._database, team=slack.team_id, replica=self._name)
        sharing = CallSharing(slack.rate_limiter, store, replica=self._name, team=slack.team_id)
        subscribe = self.announcements.subscribe
        subscribe(HUNGER_TOPIC, sharing.hear_hunger, on_gap=sharing.renew_soon)
        subscribe(BLOCKS_TOPIC, sharing.hear_block)
        subscribe(POSTS_TOPIC, sharing.hear_posts)
        await sharing.open()
        run_in_background(stack, sharing.run, "calls")

    def connect_worker(self, stack: AsyncExitStack, worker: Worker) -> None:
        """Let the worker heed what other replicas hear, and tell them what it hears."""
        worker.loop_guard.connect(self._senders)
        worker.interrupter.connect(self._interruptions)
        run_in_background(stack, worker.interrupter.run, "interruptions")
        wake = worker.interrupter.wake
        self.announcements.subscribe(INTERRUPTIONS_TOPIC, lambda _: wake(), on_gap=wake)
        wake()  # what was announced before

    def connect_removals(self, remover: AnswerRemover) -> None:
        """Offer to delete what was answered to questions whose deletion another replica took."""

        def end(values: Mapping[str, Any]) -> None:
            remover.end_soon(str(values["team"]), str(values["channel"]), str(values["ts"]))

        self.announcements.subscribe(LATE_ENDS_TOPIC, end)

    def connect_settings(
        self, stack: AsyncExitStack, store: SqlSettingsStore, recipes: SqlRecipeBook
    ) -> None:
        """Read settings of channels, and names of recipes, again when others have changed some."""
        self._keep_fresh(stack, store.load, SETTINGS_TOPIC)
        self._keep_fresh(stack, recipes.load, RECIPES_TOPIC)

    def _keep_fresh(
        self, stack: AsyncExitStack, load: Callable[[], Awaitable[None]], topic: str
    ) -> None:
        """Repeat `load` whenever `topic` is announced, or may have been."""
        refresher = Refresher(load, topic)
        run_in_background(stack, refresher.run, topic)
        request = refresher.request
        self.announcements.subscribe(topic, lambda _: request(), on_gap=request)
        request()  # what was announced before

    def connect_budgets(self, stack: AsyncExitStack, guard: BudgetGuard, ledger: SqlLedger) -> None:
        """Let requests that wait know of money that others need no more, or have left."""
        free = guard.notify_freed
        self.announcements.subscribe(RESERVATIONS_TOPIC, lambda _: free(), on_gap=free)
        guard.connect(self.duties)
        run_for_all(stack, self, partial(_free_what_is_left, ledger), "left")


def run_for_all(stack: AsyncExitStack, replicas: Replicas | None, work: Work, name: str) -> None:
    """Run `work` in the background on one replica at a time; without replicas, in this process."""
    if replicas is not None:
        work = partial(replicas.upkeep.run_while_held, work)
    run_in_background(stack, work, name)


async def _free_what_is_left(ledger: SqlLedger) -> None:
    """Free what ended replicas have set aside, until cancelled."""
    while True:
        await asyncio.sleep(_LEFT_SECONDS)
        try:
            await ledger.recover_interrupted()
        except EaselError as error:
            log.warning("store_failed", at="left", code=error.recorded_code)
