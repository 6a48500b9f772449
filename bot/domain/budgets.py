"""Values of budgets: their limits, what is spent, and the verdict on a request."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.costs import CostOwner


class Scope(StrEnum):
    USER = "user"
    CHANNEL = "channel"
    WORKSPACE = "workspace"


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Limit:
    """What one person, channel or workspace may spend in one period, in US dollars."""

    scope: Scope
    period: Period
    max_usd: Decimal

    def __str__(self) -> str:
        return f"{self.scope}/{self.period}"


@dataclass(frozen=True, slots=True)
class Budgets:
    """All budgets. `special` are those of single people and channels, by scope, id and period.

    `answer` bounds each single answer. `warn_at` is the share of a limit from which it is told.
    """

    default_limits: tuple[Limit, ...] = ()
    special_limits: tuple[tuple[str, Limit], ...] = ()
    max_answer_usd: Decimal | None = None
    warn_at: Decimal = Decimal("0.8")
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.default_limits or self.special_limits or self.max_answer_usd is not None)

    def select_limits(self, cost_owner: CostOwner) -> list[Limit]:
        """The limits that hold for a request of `account`."""
        own = {Scope.USER: cost_owner.user, Scope.CHANNEL: cost_owner.channel}
        found = {(limit.scope, limit.period): limit for limit in self.default_limits}
        for subject, limit in self.special_limits:
            if subject == own.get(limit.scope):
                found[limit.scope, limit.period] = limit
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Spent:
    """What a limit has counted: `settled` is known or estimated, `open` may still be spent."""

    settled: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)


class Verdict(StrEnum):
    ALLOWED = "allowed"
    WAIT = "wait"  # it fits once what runs has turned out to be cheaper than it could have been
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    limit: Limit | None = None
