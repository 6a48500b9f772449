"""What the person who runs Easel has to hear of, and the protocols of how it is kept and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from bot.domain.safe_text import SafeText


class AlertKind(StrEnum):
    """What is wrong. Of what it is wrong, the alert's subject says."""

    KEY_REJECTED = "key_rejected"  # a model provider; also where the key may not use the model
    NO_CREDIT = "no_credit"  # a model provider
    CREDIT_LOW = "credit_low"  # a model provider
    BUDGET_USED = "budget_used"  # a budget's name, and the channel
    DISK_LOW = "disk_low"  # a folder
    SCOPES_MISSING = "scopes_missing"  # none: there is one app
    MODEL_ENDS = "model_ends"  # a model
    MODEL_MISSING = "model_missing"  # a model


AlertKey: TypeAlias = tuple[AlertKind, str]
# What became of a request: provider, model, and what the operator has to hear of it, None where the
# model has answered.
NoteOutcome: TypeAlias = Callable[[str, str, AlertKind | None], None]


def note_nothing(_provider: str, _model: str, _kind: AlertKind | None) -> None:
    """A `NoteOutcome` where no one is told."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A trouble since `since`, and who has been told. Times are seconds since 1970.

    `details` are words and numbers of the sentence about it. `ended_at` is None while it goes on.
    `told_at` is when its beginning was told first, perhaps that of an earlier time; `told` are the
    operators who know of it, `told_end` those of them who know that it is over.
    """

    kind: AlertKind
    subject: str
    since: float
    details: Mapping[str, str] = field(default_factory=dict)
    ended_at: float | None = None
    told_at: float | None = None
    told: frozenset[str] = frozenset()
    told_end: frozenset[str] = frozenset()

    @property
    def key(self) -> AlertKey:
        return self.kind, self.subject


class AlertStore(Protocol):
    """The alerts that outlive a restart. Every method raises `StoreError`."""

    async def list_alerts(self) -> list[Alert]: ...

    async def save(self, alerts: Sequence[Alert], removed: Sequence[AlertKey]) -> None:
        """Add or replace `alerts`, and forget those that are removed."""
        ...

    async def list_refusals(self, budget: str, since: float) -> list[str]:
        """Return the channels in which `budget`, such as "channel/day", has refused questions since
        then: at most the first 50.

        What was refused under budgets that have been changed since is not among them.
        """
        ...


class Operators(Protocol):
    """The people who run Easel, in Slack."""

    async def tell(self, user: str, text: SafeText) -> None:
        """Post `text` in the direct message with `user`, if the allowance has room for it.

        Raises `SlackError` where Slack refuses it, and `TransientError` where a later try may
        succeed.
        """
        ...

    async def fetch_missing_scopes(self) -> list[str] | None:
        """Return the scopes that the app needs and lacks; None if Slack does not tell.

        Raises `EaselError`.
        """
        ...
