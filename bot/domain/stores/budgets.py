"""Protocols of what is remembered of budgets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bot.domain.budgets import Budgets, Demand, Judgement, Limit, Spent, TotalsMismatch
from bot.domain.costs import CostOwner, RequestPurpose
from bot.domain.llm import Usage


class BudgetStore(Protocol):
    """What is spent and reserved of the budgets. Each method is one transaction."""

    async def reserve(
        self, cost_owner: CostOwner, demand: Demand, budgets: Budgets, *, is_patient: bool = True
    ) -> Judgement:
        """Reserve for each of a question's requests what the limits of `cost_owner` allow.

        One that is not patient takes less than it usually needs instead of waiting. A request that
        is recorded as taken releases one reservation; settling releases the rest.
        """
        ...

    async def get_spent(
        self, cost_owner: CostOwner, limits: Sequence[Limit]
    ) -> dict[Limit, Spent]: ...

    async def is_warned(self, cost_owner: CostOwner, limit: Limit) -> bool:
        """Whether a warning of `limit` is recorded for the owner in its current period."""
        ...

    async def record_warning(self, cost_owner: CostOwner, limit: Limit, at: datetime) -> None:
        """Record, once in the period of `limit` that holds `at`, that the owner is warned of it."""
        ...

    async def list_recent_usage(
        self, purpose: RequestPurpose, models: Sequence[str]
    ) -> list[Usage]:
        """Return tokens and cost of the latest requests to `models` whose cost is known, newest
        first, none older than a day. Without `models`: to any."""
        ...

    async def record_refusal(
        self, cost_owner: CostOwner, limit: str, *, least: Decimal, most: Decimal
    ) -> None:
        """Record that `limit` has refused a question, which would have cost from `least` to `most`
        US dollars."""
        ...


class SpendingAudit(Protocol):
    """Compares the running totals of what is spent with the ledger."""

    async def find_mismatches(self, day: int) -> list[TotalsMismatch]:
        """Compare a day's totals (days since 1970-01-01, UTC) with the sums of its requests. Reads
        all of these, without holding up others."""
        ...

    async def repair(self, mismatches: Sequence[TotalsMismatch]) -> None:
        """Compare the days of `mismatches` once more, and add what their totals lack now.

        Requests that were booked in the meantime stay counted, and whoever else has repaired the
        same, nothing is added twice.
        """
        ...
