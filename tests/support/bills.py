"""What the played model charged, and what Easel counts, in billionths of a US dollar."""

from __future__ import annotations

import time

from bot.billing.reconciler import Reconciler
from bot.llm.client import create_http_client
from bot.llm.openrouter import OpenRouterAccount
from bot.observability.metrics import Metrics
from bot.playground.model import PlayedModel
from storage.ledger import SqlLedger
from tests.support.easel import EaselEnvironment
from tests.support.postgres import open_folder_database

NANO = 1_000_000_000


def sum_bills(model: PlayedModel) -> int:
    """Return what the played model has charged."""
    return int(sum(model.bills.values()) * NANO)


def sum_counted(easel: EaselEnvironment) -> int:
    """Return what counts against budgets: the cost where it is known, else the most it can be."""
    rows = easel.list_model_requests()
    return sum(row["worst_nano"] if row["cost_nano"] is None else row["cost_nano"] for row in rows)


async def reconcile(easel: EaselEnvironment) -> None:
    """Look up all bills, an hour from now."""
    async with (
        open_folder_database(easel.folder) as database,
        create_http_client() as http,
    ):
        account = OpenRouterAccount(
            http, base_url=easel.model.base_url, api_key=easel.model.api_key
        )
        ledger = SqlLedger(database, clock=lambda: time.time() + 3600)
        await Reconciler(ledger, account, Metrics()).reconcile_due()
