"""Builds the menus under the pictures of an answer, with the likely cost of what draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import structlog

from bot.billing.likely_cost import LikelyCosts
from bot.domain.errors import EaselError
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.domain.pictures.presses import VARIATION_COUNT, PictureMenu
from bot.domain.questions import Question
from bot.request.pictures.press_words import can_repeat, choose_options

log = structlog.get_logger(__name__)

# In place of the menu where Slack shows none, and in notifications.
WORDS_MESSAGE = (
    "To go on with a picture, say for example “three variations of v{version}”, “v{version}: make"
    " it brighter” or “v{version} as jpg”."
)
# More would be a wall; an answer has four pictures at most.
_MAX_MENUS = 10


class PictureMenus:
    """Builds the menus of answers."""

    def __init__(self, likely_costs: LikelyCosts) -> None:
        self._likely_costs = likely_costs

    async def build(self, question: Question, files: Sequence[FileRef]) -> tuple[PictureMenu, ...]:
        """Return one menu for each picture among the shared `files` of the answer. Never raises
        `EaselError`: without the ledger a menu tells no cost."""
        versions = [ref.version for ref in files if ref.version and ref.id][:_MAX_MENUS]
        if not versions or not self._likely_costs.can_draw:
            return ()
        again, vary = await self._estimate(question)
        repeats = can_repeat(question.text)
        return tuple(
            PictureMenu(version, again if repeats else None, vary, repeats) for version in versions
        )

    async def _estimate(self, question: Question) -> tuple[Decimal | None, Decimal | None]:
        options = replace(choose_options(question.text), variations=1)
        try:
            cost = await self._likely_costs.estimate(question.thread, options)
        except EaselError as error:
            log.info("cost_not_estimated", error=type(error).__name__, code=error.code)
            cost = None
        return cost, None if cost is None else cost * VARIATION_COUNT


def format_words(menus: Sequence[PictureMenu]) -> Message:
    """Return what can be typed instead of pressing."""
    return Message(WORDS_MESSAGE, version=menus[-1].version)
