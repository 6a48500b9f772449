"""What the smallest useful question may cost, and which budgets are too small even for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from bot.answering.reserve import build_cost_need
from bot.billing.lowering import MIN_PICTURE_TOKENS, MIN_TOKENS
from bot.domain.budgets import Budgets
from bot.domain.llm import Prompt
from bot.domain.model_info import ModelInfo
from bot.domain.options import RequestOptions
from bot.prompt.compose import SYSTEM_PROMPT

_CENT = Decimal("0.01")
# A question of one sentence, with what is added to it.
_SHORT_QUESTION = "word " * 40


@dataclass(frozen=True, slots=True)
class SmallBudget:
    """A budget of which not even a short question can be paid, and the amount that is enough.

    With `pays_for_words` it is only too small for pictures.
    """

    name: str
    max_usd: Decimal
    needed_usd: Decimal
    pays_for_words: bool = False

    def __str__(self) -> str:
        if self.pays_for_words:
            return (
                f"{self.name}={self.max_usd:f} is too small for pictures: even a simple one may"
                f" cost more, so who asks for one is refused; set at least"
                f" {self.name}={self.needed_usd:f} for these"
            )
        return (
            f"{self.name}={self.max_usd:f} is too small: even a short answer in words may cost"
            f" more; set at least {self.name}={self.needed_usd:f}"
        )


def list_small_budgets(budgets: Budgets, model_infos: Iterable[ModelInfo]) -> list[SmallBudget]:
    """Return the budgets that refuse every question, or every picture, at the known prices."""
    infos = list(model_infos)
    least = _compute_cost(infos, RequestOptions(text_only=True), MIN_TOKENS)
    with_picture = least
    if any(info.draws for info in infos):
        with_picture = _compute_cost(infos, RequestOptions(quality="low"), MIN_PICTURE_TOKENS)
    amounts = [
        (f"{limit.scope}{':' if subject else ''}{subject}/{limit.period}", limit.max_usd)
        for subject, limit in budgets.list_limits()
    ]
    if budgets.max_answer_usd is not None:
        amounts.append(("answer", budgets.max_answer_usd))
    needed, for_pictures = (cost.quantize(_CENT, ROUND_UP) for cost in (least, with_picture))
    return [
        SmallBudget(name, usd, needed)
        if usd < least
        else SmallBudget(name, usd, for_pictures, pays_for_words=True)
        for name, usd in amounts
        if usd < max(least, with_picture)
    ]


def _compute_cost(
    model_infos: Sequence[ModelInfo], options: RequestOptions, max_tokens: int
) -> Decimal:
    """Return the most that a short question costs, with an answer of `max_tokens`."""
    prompt = Prompt(
        system=SYSTEM_PROMPT,
        history=(),
        question=_SHORT_QUESTION,
        pictures=(),
        max_tokens=max_tokens,
        user="",
        session="",
        options=options,
    )
    need = build_cost_need(prompt, model_infos)
    return need.compute_cost(need.ceiling)
