"""Values of budgets: limits, the amounts spent, and the verdict on a request. Pure.

The rules are in `bot.billing.budgets`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.domain.costs import CostOwner


class Scope(StrEnum):
    """Whose spending a limit bounds."""

    USER = "user"
    CHANNEL = "channel"
    WORKSPACE = "workspace"


def get_subject(cost_owner: CostOwner, scope: Scope) -> str:
    """Return the id of the person, channel or workspace of `cost_owner` that `scope` means."""
    ids = {
        Scope.USER: cost_owner.user,
        Scope.CHANNEL: cost_owner.channel,
        Scope.WORKSPACE: cost_owner.team,
    }
    return ids[scope]


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
class AnswerLimit:
    """The US dollars that a single answer may cost."""

    max_usd: Decimal

    def __str__(self) -> str:
        return "answer"


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
        ids = {scope: get_subject(cost_owner, scope) for scope in (Scope.USER, Scope.CHANNEL)}
        limits = {(limit.scope, limit.period): limit for limit in self.default_limits}
        for subject_id, limit in self.special_limits:
            if subject_id == ids.get(limit.scope):
                limits[limit.scope, limit.period] = limit
        return list(limits.values())

    def scale_limits(self, share: Decimal) -> Budgets:
        """Return these budgets with limits of `share` of each; a single answer's stays."""

        def scale(limit: Limit) -> Limit:
            return replace(limit, max_usd=limit.max_usd * share)

        return replace(
            self,
            default_limits=tuple(scale(limit) for limit in self.default_limits),
            special_limits=tuple((name, scale(limit)) for name, limit in self.special_limits),
        )

    def list_limits(self) -> list[tuple[str, Limit]]:
        """Return all limits, each with the id of the only person or channel it is for, or ""."""
        return [("", limit) for limit in self.default_limits] + list(self.special_limits)


@dataclass(frozen=True, slots=True)
class Spent:
    """US dollars counted against a limit.

    `settled` is known or estimated; `pending` is the most that running requests may still cost.
    """

    settled: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person, channel or workspace, whose id is `subject`, has spent in a limit's period."""

    team: str
    subject: str
    spent: Spent


class Verdict(StrEnum):
    """Whether a request may be made."""

    ALLOWED = "allowed"
    WAIT = "wait"  # it may fit once running requests have cost less than their most
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Demand:
    """US dollars that each of `requests` equal requests asks to be set aside.

    `most` pays for all that was asked. `usual` pays for what such requests usually take; a request
    rather waits than gets less. With less than `least` an answer is useless.
    """

    most: Decimal
    usual: Decimal
    least: Decimal
    requests: int = 1


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a request.

    `amount` is what is set aside for each request that is allowed. `limit` keeps it below the most
    that was asked for, or makes the request wait, or refuses it; `spent` is counted against it.
    """

    verdict: Verdict
    amount: Decimal = Decimal(0)
    limit: Limit | None = None
    spent: Spent = Spent()


@dataclass(frozen=True, slots=True)
class TotalsMismatch:
    """Running totals of a day (days since 1970-01-01, UTC) that are not the ledger's sums.

    `difference` is what the totals lack of the ledger's sums.
    """

    team: str
    scope: Scope
    subject: str
    day: int
    kept: Spent
    ledger: Spent

    @property
    def difference(self) -> Spent:
        return Spent(
            self.ledger.settled - self.kept.settled, self.ledger.pending - self.kept.pending
        )
