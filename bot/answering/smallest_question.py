"""What the smallest useful question may cost, and which budgets are too small even for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from bot.billing.lowering import MIN_TOKENS, CostNeed
from bot.domain.budgets import Budgets
from bot.domain.costs import Price
from bot.domain.llm import Prompt
from bot.domain.model_info import ModelInfo
from bot.domain.options import RequestOptions
from bot.prompt.compose import SYSTEM_PROMPT
from bot.prompt.estimate import compute_cost_ceiling

_CENT = Decimal("0.01")
# A question of one sentence, with what is added to it.
_SHORT_QUESTION = "word " * 40


@dataclass(frozen=True, slots=True)
class SmallBudget:
    """A budget of which not even a short question can be paid, and the amount that is enough."""

    name: str
    max_usd: Decimal
    needed_usd: Decimal

    def __str__(self) -> str:
        return (
            f"{self.name}={self.max_usd:f} is too small: even a short answer in words may cost"
            f" more; set at least {self.name}={self.needed_usd:f}"
        )


def list_small_budgets(budgets: Budgets, model_infos: Iterable[ModelInfo]) -> list[SmallBudget]:
    """Return the budgets that refuse every question, at the known prices of the models."""
    least = _compute_least_cost([info.price for info in model_infos if info.price is not None])
    amounts = [
        (f"{limit.scope}{':' if subject else ''}{subject}/{limit.period}", limit.max_usd)
        for subject, limit in budgets.list_limits()
    ]
    if budgets.max_answer_usd is not None:
        amounts.append(("answer", budgets.max_answer_usd))
    needed = least.quantize(_CENT, ROUND_UP)
    return [SmallBudget(name, usd, needed) for name, usd in amounts if usd < least]


def _compute_least_cost(prices: Sequence[Price]) -> Decimal:
    prompt = Prompt(
        system=SYSTEM_PROMPT,
        history=(),
        question=_SHORT_QUESTION,
        pictures=(),
        max_tokens=MIN_TOKENS,
        user="",
        session="",
        options=RequestOptions(text_only=True),
    )
    ceiling = compute_cost_ceiling(prompt, max_pictures=0, quality="low")
    return CostNeed(ceiling, tuple(prices)).compute_cost(ceiling)
