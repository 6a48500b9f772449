"""Decides which pictures of a question are shown at full size, and with how much of its budget.

Pure. See `layout.py` for the parts, and `bot.files.readers.detail.cutting` for the cutting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.files import Image
from bot.domain.pictures.closeup import NO_CLOSEUP, Closeup, ViewOptions
from bot.domain.pictures.sight import WHOLE, Detail, PictureContent, Shares
from bot.domain.tokens import estimate_picture_tokens, is_shown_in_full
from bot.files.detail.layout import (
    MAX_PARTS,
    MAX_TOKENS,
    Budget,
    estimate_overview_tokens,
    plan_grid,
)

# A model with little room keeps most of it for everything else.
_MAX_CONTEXT_SHARE = 0.2
# What is named is shown with what is around it; a line of a table with its neighbours.
_MARGIN_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class ViewPlan:
    """How a picture is shown at full size: the part of it, and what that may take."""

    shares: Shares = WHOLE
    row: int = 0
    column: int = 0
    parts: int = MAX_PARTS
    tokens: int = MAX_TOKENS
    takes_original: bool = False


def plan_views(
    new: Sequence[Image], earlier: Sequence[Image], options: ViewOptions
) -> dict[str, ViewPlan]:
    """Return a plan for each picture that is shown at full size, by the id of its file.

    What needs least comes first, so that as many as can be are shown in full.
    """
    if options.draws:
        return {}
    wanted = [picture for picture in new if should_show_detail(picture, options.closeup)]
    wanted += [picture for picture in earlier if options.closeup and is_detail_hidden(picture)]
    tokens = min(MAX_TOKENS, int(options.context_tokens * _MAX_CONTEXT_SHARE))
    budget, plans = Budget(MAX_PARTS, tokens), dict[str, ViewPlan]()
    for picture in sorted(wanted, key=lambda one: one.sight.full_width * one.sight.full_height):
        plan = _plan_view(picture, budget, options)
        used = None if plan is None else _estimate_use(picture, plan)
        if plan is None or used is None:
            continue
        plans[picture.file_id] = plan
        budget = Budget(budget.parts - used.parts, budget.tokens - used.tokens)
    return plans


def should_show_detail(picture: Image, closeup: Closeup = NO_CLOSEUP) -> bool:
    """Whether a picture that came with the question is shown at full size."""
    if not is_detail_hidden(picture):
        return False
    sight = picture.sight
    return bool(closeup) or sight.content in (PictureContent.TEXT, PictureContent.GRAPHIC)


def is_detail_hidden(picture: Image) -> bool:
    """Whether the model would see the picture smaller than it is."""
    sight = picture.sight
    return bool(sight.full_width) and not is_shown_in_full(sight.full_width, sight.full_height)


def _plan_view(picture: Image, budget: Budget, options: ViewOptions) -> ViewPlan | None:
    closeup = options.closeup
    shares = WHOLE if closeup.shares is None else _add_margin(closeup.shares)
    copy_tokens = estimate_picture_tokens(picture.width, picture.height)
    if budget.parts < 1 or budget.tokens < copy_tokens:
        return None
    return ViewPlan(
        shares,
        closeup.row,
        closeup.column,
        budget.parts,
        # The copy goes along with what is named in it.
        budget.tokens - (copy_tokens if closeup.is_named else 0),
        options.takes_original,
    )


def _estimate_use(picture: Image, plan: ViewPlan) -> Budget | None:
    """Return the parts and tokens that a plan takes; None if nothing would be gained."""
    width, height = measure_part(picture, plan.shares)
    if plan.takes_original and is_shown_in_full(width, height, Detail.ORIGINAL):
        tokens = estimate_picture_tokens(width, height, Detail.ORIGINAL)
        if tokens <= plan.tokens:
            return Budget(1, tokens)
    overview = estimate_overview_tokens(picture.sight.full_width, picture.sight.full_height)
    grid = plan_grid(width, height, Budget(plan.parts, plan.tokens - overview))
    if grid is None or 100 * grid.scale <= picture.percent:
        return None
    return Budget(grid.count, grid.tokens + overview)


def measure_part(picture: Image, shares: Shares) -> tuple[int, int]:
    """Return the size of a part of the picture in its file, in pixels."""
    left, top, right, bottom = shares
    sight = picture.sight
    return (
        max(1, round((right - left) * sight.full_width)),
        max(1, round((bottom - top) * sight.full_height)),
    )


def _add_margin(shares: Shares) -> Shares:
    left, top, right, bottom = shares
    return (
        max(0.0, left - _MARGIN_SHARE),
        max(0.0, top - _MARGIN_SHARE),
        min(1.0, right + _MARGIN_SHARE),
        min(1.0, bottom + _MARGIN_SHARE),
    )
