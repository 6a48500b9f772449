"""Reserves the highest cost of requests before they are made.

See `bot.billing.budget_guard` for what a reservation means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import structlog

from bot.answering.context import AnswerContext
from bot.answering.prepare import PreparedPrompt
from bot.answering.variations import build_variation_prompts
from bot.billing.budget_guard import BudgetGuard
from bot.billing.pricing import compute_max_cost
from bot.billing.usage_meter import UsageMeter, sum_known_costs
from bot.domain.costs import CostCeiling, Price
from bot.domain.errors import EaselError
from bot.domain.llm import Prompt
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo
from bot.domain.questions import Question
from bot.prompt.estimate import compute_cost_ceiling

log = structlog.get_logger(__name__)

NO_REPAIR_MESSAGE = Message("_It could not be asked for again: the budget has no room for that._")
# The most pictures seen in one answer of any provider.
_MAX_PICTURES_PER_ANSWER = 2


@dataclass(frozen=True, slots=True)
class ReservedRequest:
    """A prompt whose highest cost is reserved. `meter` records the usage of its requests.

    `max_cost` is in US dollars, None where no price is known.
    """

    prompt: Prompt
    estimated_tokens: int
    meter: UsageMeter
    max_cost: Decimal | None


class RequestReserver:
    """Reserves money for requests.

    `list_model_infos` returns the current info of the wanted model, then of its fallbacks.
    """

    def __init__(
        self,
        budget_guard: BudgetGuard,
        list_model_infos: Callable[[], Sequence[ModelInfo]],
    ) -> None:
        self._budget_guard = budget_guard
        self._list_model_infos = list_model_infos

    async def reserve(self, context: AnswerContext, prepared: PreparedPrompt) -> ReservedRequest:
        """Reserve a request, and lower its output limit to what the per-answer budget allows.

        Raises `BudgetExceeded`.
        """
        prompt, prices = prepared.prompt, self.list_prices()
        draws = any(info.draws for info in self._list_model_infos())
        ceiling = compute_cost_ceiling(
            prompt,
            max_pictures=_MAX_PICTURES_PER_ANSWER if draws else 0,
            quality=prompt.options.quality or "high",
        )
        count = len(build_variation_prompts(prompt))
        ceiling = self._budget_guard.fit_answer_limit(ceiling, prices, requests=count)
        amount = await self._reserve_ceiling(context.question, ceiling, requests=count)
        return ReservedRequest(
            replace(prompt, max_tokens=ceiling.output_tokens),
            prepared.estimated_tokens,
            context.open_usage_meter(),
            amount if prices else None,
        )

    async def reserve_repair(
        self, context: AnswerContext, request: ReservedRequest
    ) -> ReservedRequest | None:
        """Reserve the request once more; None if it cannot be reserved.

        Never raises: the first answer is paid for and must not be lost.
        """
        ceiling = compute_cost_ceiling(request.prompt, max_pictures=0, quality="low")
        # The first answer is part of the input.
        input_tokens = ceiling.input_tokens + ceiling.output_tokens
        try:
            amount = await self._reserve_ceiling(
                context.question, replace(ceiling, input_tokens=input_tokens)
            )
        except EaselError as error:
            log.info("not_repaired", error=type(error).__name__)
            context.draft.notes.append(NO_REPAIR_MESSAGE)
            return None
        return replace(request, max_cost=amount if self.list_prices() else None)

    async def add_budget_warning(self, context: AnswerContext) -> None:
        """Add a note if this answer takes a budget past its warning level. Never raises."""
        try:
            warning = await self._budget_guard.issue_warning(
                context.question.cost_owner, sum_known_costs(context.requests)
            )
        except EaselError as error:
            log.warning("budget_warning_failed", error=type(error).__name__)
            return
        if warning:
            context.draft.notes.append(warning)

    def notify_settled(self) -> None:
        """Tell requests that wait for money that some is free again."""
        self._budget_guard.notify_settled()

    def list_prices(self) -> list[Price]:
        """Return the known prices of the wanted model and its fallbacks."""
        return [info.price for info in self._list_model_infos() if info.price is not None]

    async def _reserve_ceiling(
        self, question: Question, ceiling: CostCeiling, *, requests: int = 1
    ) -> Decimal:
        prices = self.list_prices()
        amount = max((compute_max_cost(ceiling, price) for price in prices), default=Decimal(0))
        await self._budget_guard.reserve(question.cost_owner, amount, requests=requests)
        return amount
