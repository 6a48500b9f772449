"""Values of budgets: limits, the amounts spent, and the verdict on a request. Pure.

The rules are in `bot.billing.budgets`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.costs import CostOwner


class Scope(StrEnum):
    """Whose spending a limit bounds."""

    USER = "user"
    CHANNEL = "channel"
    WORKSPACE = "workspace"


class Period(StrEnum):
    """The time after which a limit starts again from zero."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Limit:
    """The US dollars that one person, one channel or the workspace may spend in one period."""

    scope: Scope
    period: Period
    max_usd: Decimal

    def __str__(self) -> str:
        return f"{self.scope}/{self.period}"


@dataclass(frozen=True, slots=True)
class Budgets:
    """All budgets that the operator has set; empty ones are false.

    `special_limits` replace the default limits for single people and channels, whose ids they
    name. `max_answer_usd` bounds each single answer. `warn_at` is the share of a limit from which
    people are warned. `text` is the operator's setting, on one line.
    """

    default_limits: tuple[Limit, ...] = ()
    special_limits: tuple[tuple[str, Limit], ...] = ()
    max_answer_usd: Decimal | None = None
    warn_at: Decimal = Decimal("0.8")
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.default_limits or self.special_limits or self.max_answer_usd is not None)

    def select_limits(self, cost_owner: CostOwner) -> list[Limit]:
        """Return the limits that apply to a request of `cost_owner`."""
        ids = {Scope.USER: cost_owner.user, Scope.CHANNEL: cost_owner.channel}
        limits = {(limit.scope, limit.period): limit for limit in self.default_limits}
        for subject_id, limit in self.special_limits:
            if subject_id == ids.get(limit.scope):
                limits[limit.scope, limit.period] = limit
        return list(limits.values())


@dataclass(frozen=True, slots=True)
class Spent:
    """US dollars counted against a limit.

    `settled` is known or estimated; `pending` is the most that running requests may still cost.
    """

    settled: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)


class Verdict(StrEnum):
    """Whether a request may be made."""

    ALLOWED = "allowed"
    WAIT = "wait"  # it may fit once running requests have cost less than their most
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a request, and the limit that caused it, unless it is `ALLOWED`."""

    verdict: Verdict
    limit: Limit | None = None
