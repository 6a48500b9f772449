"""What a request may use of the budgets, the refusal, and the cheaper ways to ask. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from bot.billing.lowering import CostNeed, build_demand
from bot.domain.budgets import AnswerLimit, Limit
from bot.domain.costs import CostCeiling
from bot.domain.errors import UserError
from bot.domain.messages import Message

# Cheaper ways to ask: a sentence, and what the question would need then.
Alternatives: TypeAlias = Sequence[tuple[Message, CostNeed]]


class BudgetExceeded(UserError):
    """A request was not made because of a budget, which `user_message` names.

    `can_retry`: the same question may fit in some minutes.
    """

    def __init__(self, detail: str, user_message: Message, *, can_retry: bool = False) -> None:
        super().__init__(detail, user_message=user_message)
        self.can_retry = can_retry


@dataclass(frozen=True, slots=True)
class Grant:
    """What a request may use, and the US dollars that are set aside for it.

    `lowered_by` is the limit because of which that is less than `wanted`, None if it is not.
    `least` is the cost to which it would have been lowered before it was refused.
    """

    ceiling: CostCeiling
    wanted: CostCeiling
    amount: Decimal
    lowered_by: Limit | AnswerLimit | None
    least: Decimal

    @property
    def is_shortened(self) -> bool:
        return self.ceiling.output_tokens < self.wanted.output_tokens

    @property
    def has_simpler_pictures(self) -> bool:
        return not self.has_no_pictures and self.ceiling.quality != self.wanted.quality

    @property
    def has_no_pictures(self) -> bool:
        """Whether there can be no pictures any more, though there could be."""
        return self.ceiling.picture_count < self.wanted.picture_count


def find_advice(alternatives: Alternatives, free: Decimal) -> str:
    """Return the first cheaper way to ask that really fits into `free` US dollars; "" if none."""
    for advice, need in alternatives:
        if build_demand(need).least * need.requests <= free:
            return advice
    return ""
