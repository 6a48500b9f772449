"""Adds to the row under an answer what a press will likely cost, where it draws pictures.

See `bot.billing.likely_cost` for the estimate, and `picture_menus.py` for the menus under pictures.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import structlog

from bot.billing.likely_cost import LikelyCosts
from bot.domain.conversation import Thread
from bot.domain.errors import EaselError
from bot.domain.files import FileRef
from bot.domain.options import RequestOptions
from bot.domain.posts import Button, ButtonCost, Controls
from bot.domain.questions import Answer, Outcome, Question
from bot.request.parse import ParsedRequest
from bot.request.pictures.press_words import select_picture_options

log = structlog.get_logger(__name__)

# What is less than half a cent is not worth a word.
MIN_TOLD_COST = Decimal("0.005")
_DRAWING_BUTTONS = (Button.RETRY, Button.GO_ON, Button.WITHOUT, Button.REGENERATE, Button.CONTINUE)


@dataclass(frozen=True, slots=True)
class DrawingPlan:
    """What an answer would draw if its question were asked once more, and how.

    `needs_picture`: only where the thread holds a picture, because the message wants one changed.
    """

    options: RequestOptions
    needs_picture: bool = False


class PressCosts:
    """Estimates what presses cost. What likely costs more than `confirm_above` US dollars is asked
    first; `list_files` returns the files of a thread."""

    def __init__(
        self,
        likely_costs: LikelyCosts,
        list_files: Callable[[Thread], Awaitable[Sequence[FileRef]]],
        confirm_above: Decimal,
    ) -> None:
        self._likely_costs = likely_costs
        self._list_files = list_files
        self._confirm_above = confirm_above

    async def add(
        self, controls: Controls, question: Question, request: ParsedRequest, answer: Answer
    ) -> Controls:
        """Return `controls` with the costs of those that draw. Never raises `EaselError`: without
        the ledger they tell no cost."""
        buttons = [one for one in controls.buttons if one in _DRAWING_BUTTONS]
        if not buttons or not self._likely_costs.can_draw:
            return controls
        plan = plan_drawing(request, answer)
        if plan is None:
            return controls
        try:
            if plan.needs_picture and not await self._has_picture(question):
                return controls
            costs = [await self._estimate(one, plan, question) for one in buttons]
        except EaselError as error:
            log.info("cost_not_estimated", error=type(error).__name__, code=error.code)
            return controls
        return replace(controls, costs=tuple(one for one in costs if one is not None))

    async def _estimate(
        self, button: Button, plan: DrawingPlan, question: Question
    ) -> ButtonCost | None:
        options = plan.options
        if button is Button.CONTINUE:
            options = replace(options, variations=1)  # what is drawn already is not drawn again
        cost = await self._likely_costs.estimate(question.thread, options)
        if cost is None or cost < MIN_TOLD_COST:
            return None
        return ButtonCost(button, cost, is_dear=cost > self._confirm_above)

    async def _has_picture(self, question: Question) -> bool:
        files = (*question.files, *await self._list_files(question.thread))
        return any(ref.is_declared_picture and not ref.is_gone for ref in files)


def plan_drawing(request: ParsedRequest, answer: Answer) -> DrawingPlan | None:
    """Return what would be drawn if `request` were made once more; None for words alone.

    That is as many pictures as the answer has, else what the message asks for. An answer of the
    model's without a picture is taken as it is: what changes a picture there changed none.
    """
    if request.command is not None or request.options.text_only:
        return None
    options = select_picture_options(request.options)
    if drawn := _count_drawn(answer.files):
        return DrawingPlan(replace(options, variations=drawn))
    options = replace(options, variations=request.options.variations)
    if request.wants_picture:
        return DrawingPlan(options)
    is_open = answer.outcome is not Outcome.ANSWERED
    return DrawingPlan(options, needs_picture=True) if request.wants_edit and is_open else None


def _count_drawn(files: Sequence[FileRef]) -> int:
    """Count the pictures that the model drew. One that is made here of another of the same answer,
    with its surroundings put back, costs nothing."""
    names = {f"v{ref.version}" for ref in files if ref.version}
    return sum(1 for ref in files if ref.version and ref.made_from not in names)
