"""Check at the start that the running totals of what is spent are the sums of the ledger.

In the background, because a month of a busy workspace holds millions of requests. Until a day is
checked, its totals count as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.billing.budgets import count_days, find_period_start
from bot.domain.budgets import Period, Spent
from bot.domain.errors import EaselError
from bot.domain.stores.budgets import SpendingAudit

log = structlog.get_logger(__name__)


def list_days_to_check(now: datetime) -> list[int]:
    """Return the days that count for any budget, the current one first."""
    today = count_days(now)
    return list(range(today, count_days(find_period_start(Period.MONTH, now)) - 1, -1))


async def repair_totals(audit: SpendingAudit, clock: Callable[[], datetime]) -> None:
    """Compare each day of this month; log and repair what differs."""
    repaired = 0
    try:
        for day in list_days_to_check(clock()):
            mismatches = await audit.find_mismatches(day)
            for mismatch in mismatches:
                log.warning(
                    "totals_differ",
                    reason=mismatch.scope.value,
                    kept=_format_sums(mismatch.kept),
                    ledger=_format_sums(mismatch.ledger),
                )
            await audit.repair(mismatches)
            repaired += len(mismatches)
    except EaselError as error:
        log.warning("totals_not_checked", error=type(error).__name__)
        return
    log.info("totals_checked", count=repaired)


async def list_differences(audit: SpendingAudit, now: datetime) -> list[str]:
    """Return a line for each total of this month that differs from the ledger; change nothing."""
    return [
        f"{mismatch.scope} {mismatch.subject or 'unknown'}: ${_format_sums(mismatch.kept)} kept,"
        f" ${_format_sums(mismatch.ledger)} in the ledger"
        for day in list_days_to_check(now)
        for mismatch in await audit.find_mismatches(day)
    ]


def _format_sums(spent: Spent) -> str:
    """Format what is settled, and what is still open if there is any, in US dollars."""
    return f"{spent.settled:.4f}" + (f"+{spent.pending:.4f}" if spent.pending else "")
