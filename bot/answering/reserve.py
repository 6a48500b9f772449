"""Reserves the highest cost of requests before they are made.

See `bot.billing.budget_guard` for what a reservation means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import structlog

from bot.answering.context import AnswerContext
from bot.answering.draft import AnswerDraft
from bot.answering.prepare import PreparedPrompt
from bot.answering.variations import build_variation_prompts
from bot.billing.budget_guard import BudgetGuard
from bot.billing.budget_messages import (
    FEWER_FILES_ADVICE,
    NEW_THREAD_ADVICE,
    ONE_PICTURE_ADVICE,
    TEXT_ONLY_ADVICE,
    format_length_note,
    format_quality_note,
    format_words_only_note,
)
from bot.billing.grants import Alternatives, Grant
from bot.billing.lowering import CostNeed
from bot.billing.pricing import find_picture_tokens
from bot.billing.usage_meter import UsageMeter, sum_known_costs
from bot.domain.costs import RequestPurpose
from bot.domain.errors import EaselError
from bot.domain.llm import Prompt
from bot.domain.messages import Message
from bot.domain.model_info import ModelInfo
from bot.domain.questions import Question
from bot.prompt.estimate import compute_cost_ceiling, estimate_repair_tokens
from bot.request.phrases import is_about_pictures

log = structlog.get_logger(__name__)

NO_REPAIR_MESSAGE = Message("_It could not be asked for again: the budget has no room for that._")
# The most pictures seen in one answer of any provider.
_MAX_PICTURES_PER_ANSWER = 2


@dataclass(frozen=True, slots=True)
class ReservedRequest:
    """A prompt whose highest cost is reserved. `meter` records the usage of its requests.

    `max_cost` is in US dollars, None where no price is known and no budget holds.
    """

    prompt: Prompt
    estimated_tokens: int
    meter: UsageMeter
    max_cost: Decimal | None
    grant: Grant

    def start(self, purpose: RequestPurpose) -> None:
        """Note that the request is about to be made."""
        by_quality = dict(self.grant.ceiling.picture_tokens)
        picture_tokens = find_picture_tokens(by_quality, self.prompt.options.quality)
        self.meter.start_request(self.estimated_tokens, purpose, self.max_cost, picture_tokens)


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
        """Reserve a request, lowered to what the budgets allow. Raises `BudgetExceeded`."""
        prompt = prepared.prompt
        need = self._build_need(context, prompt)
        grant = await self._budget_guard.reserve(
            context.question.cost_owner,
            need,
            list_alternatives=lambda: self._list_alternatives(context, prompt),
        )
        if grant.lowered_by is not None and grant.is_shortened:
            context.draft.length_note = format_length_note(grant.lowered_by)
        return ReservedRequest(
            apply_grant(prompt, grant),
            prepared.estimated_tokens,
            context.open_usage_meter(),
            need.find_max_cost(grant.amount),
            grant,
        )

    async def reserve_repair(
        self, context: AnswerContext, request: ReservedRequest, prompt: Prompt
    ) -> ReservedRequest | None:
        """Reserve `prompt`, which asks once more after `request`; None if it cannot be reserved.

        Never raises: the first answer is paid for and must not be lost.
        """
        # What is cut short is of no use.
        need = replace(build_cost_need(prompt, self._list_model_infos()), can_be_lowered=False)
        try:
            grant = await self._budget_guard.reserve(
                context.question.cost_owner,
                need,
                purpose=RequestPurpose.REPAIR,
                already_spent=sum_known_costs(context.requests),
            )
        except EaselError as error:
            log.info("not_repaired", error=type(error).__name__)
            context.draft.notes.append(NO_REPAIR_MESSAGE)
            return None
        tokens = estimate_repair_tokens(request.estimated_tokens, request.prompt, prompt)
        max_cost = need.find_max_cost(grant.amount)
        return replace(request, prompt=prompt, estimated_tokens=tokens, max_cost=max_cost)

    async def add_budget_notes(self, context: AnswerContext, request: ReservedRequest) -> None:
        """Add notes on what a budget has lowered, and warnings of budgets nearly used up.

        Never raises.
        """
        may_miss_picture = bool(request.prompt.pictures) or is_about_pictures(context.request.text)
        context.draft.notes += list_lowering_notes(
            request.grant, context.draft, may_miss_picture=may_miss_picture
        )
        try:
            context.draft.notes += await self._budget_guard.issue_warnings(
                context.question.cost_owner,
                sum_known_costs(context.requests),
                request.grant.least,
            )
        except EaselError as error:
            log.warning("budget_warning_failed", error=type(error).__name__)

    async def confirm_warnings(self, question: Question) -> None:
        """Record the warnings that the settled answer carries. Never raises `EaselError`."""
        try:
            await self._budget_guard.confirm_warnings(question.cost_owner)
        except EaselError as error:
            # It is given once more, which is better than not at all.
            log.warning("budget_warning_failed", error=type(error).__name__)

    def notify_settled(self, question: Question) -> None:
        """Tell requests that wait for money that some is free again: an attempt has ended."""
        self._budget_guard.notify_settled(question.cost_owner)

    def _build_need(self, context: AnswerContext, prompt: Prompt) -> CostNeed:
        need = build_cost_need(prompt, self._list_model_infos())
        count = len(build_variation_prompts(prompt))
        wants_edit = context.request.wants_edit and bool(prompt.pictures)
        wants_picture = prompt.wants_picture or wants_edit or count > 1
        return replace(
            need,
            requests=count,
            wants_picture=wants_picture and need.ceiling.picture_count > 0,
        )

    def _list_alternatives(self, context: AnswerContext, prompt: Prompt) -> Alternatives:
        """Return cheaper ways to ask, with what each would need."""
        options, text = prompt.options, context.request.prompt_text
        cheaper = [
            (FEWER_FILES_ADVICE, replace(prompt, pictures=(), documents=(), question=text)),
            (NEW_THREAD_ADVICE, replace(prompt, history=())),
            (ONE_PICTURE_ADVICE, replace(prompt, options=replace(options, variations=1))),
            (TEXT_ONLY_ADVICE, replace(prompt, options=replace(options, text_only=True))),
        ]
        return [
            (advice, self._build_need(context, other))
            for advice, other in cheaper
            if other != prompt and (advice != FEWER_FILES_ADVICE or context.question.files)
        ]


def build_cost_need(prompt: Prompt, model_infos: Sequence[ModelInfo]) -> CostNeed:
    """Return what one request of `prompt` needs, whichever of the models answers it."""
    draws = any(info.draws for info in model_infos)
    ceiling = compute_cost_ceiling(
        prompt,
        max_pictures=_MAX_PICTURES_PER_ANSWER if draws else 0,
        quality=prompt.options.quality or "high",
    )
    ceiling = replace(ceiling, picture_tokens=_bound_picture_tokens(prompt, model_infos))
    prices = tuple(info.price for info in model_infos if info.price is not None)
    return CostNeed(ceiling, prices, models=tuple(info.model for info in model_infos))


def _bound_picture_tokens(
    prompt: Prompt, model_infos: Sequence[ModelInfo]
) -> tuple[tuple[str, int], ...]:
    """Return the most tokens that a picture takes, by quality, whichever of the models draws it."""
    bounds: dict[str, int] = {}
    for info in model_infos:
        if info.drawing is not None and info.draws:
            for quality, tokens in info.drawing.bound_tokens(prompt.options.size).items():
                bounds[quality] = max(tokens, bounds.get(quality, 0))
    return tuple(bounds.items())


def apply_grant(prompt: Prompt, grant: Grant) -> Prompt:
    """Return `prompt` bound to what is granted: as long, with such pictures, or with none."""
    options = prompt.options
    if grant.has_no_pictures:
        options = replace(options, text_only=True)
    elif grant.has_simpler_pictures:
        options = replace(options, quality=grant.ceiling.quality)
    return replace(prompt, max_tokens=grant.ceiling.output_tokens, options=options)


def list_lowering_notes(
    grant: Grant, draft: AnswerDraft, *, may_miss_picture: bool
) -> list[Message]:
    """Return what has to be said about an answer that a budget has kept simpler than was asked.

    That no picture could come is only said where one might be missed.
    """
    if grant.lowered_by is None:
        return []
    if grant.has_no_pictures:
        return [format_words_only_note(grant.lowered_by)] if may_miss_picture else []
    if grant.has_simpler_pictures and draft.pictures:
        return [format_quality_note(grant.lowered_by, grant.ceiling.quality)]
    return []
