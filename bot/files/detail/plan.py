"""Decides which pictures of a question are shown at full size, and with how much of its budget.

Pure. See `layout.py` for the parts, and `bot.files.readers.detail.cutting` for the cutting.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from bot.domain.files import Image, PictureKey
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
# So much larger than its copy a picture has to be seen in parts that have to be made smaller.
_MIN_GAIN = 1.25
# What has details to be read.
_DRAWN = (PictureContent.TEXT, PictureContent.GRAPHIC)
# With fewer tokens nothing can be read: print of seven points on a page of A4 is ten pixels high
# with these. What a photo shows is made out with less.
LEAST_FOR_TEXT, LEAST_FOR_PHOTO = 1_250, 300
# The tokens with which a photo is seen well enough where others in the question have small text.
ENOUGH_FOR_PHOTO = 1_000


@dataclass(frozen=True, slots=True)
class ViewPlan:
    """How a picture is shown at full size: the part of it, and what that may take."""

    shares: Shares = WHOLE
    row: int = 0
    column: int = 0
    parts: int = MAX_PARTS
    tokens: int = MAX_TOKENS
    takes_original: bool = False

    @property
    def is_region(self) -> bool:
        """Whether a part of the picture is shown, next to its copy."""
        return self.shares != WHOLE or bool(self.row or self.column)


def plan_views(
    new: Sequence[Image],
    earlier: Sequence[Image],
    options: ViewOptions,
    others: Sequence[Image] = (),
    named_keys: Set[PictureKey] = frozenset(),
) -> dict[PictureKey, ViewPlan | None]:
    """Return a plan for each picture to show at full size, by its key.

    All pictures of the question share its tokens, `others` as well, of which only copies are sent:
    each may take as much as the others, and what one does not need is left to those that need more.
    None stands for a picture for which too little is left to show more of it than its copy does.
    Those with `named_keys` are the ones that the message looks into: they come first, and the
    others get what they need to be read.
    """
    if options.draws:
        return {}
    tokens = min(MAX_TOKENS, int(options.context_tokens * _MAX_CONTEXT_SHARE))
    sides = (new, earlier, others)
    named = [[one for one in side if one.key in named_keys] for side in sides]
    rest = [[one for one in side if one.key not in named_keys] for side in sides]
    kept = min(tokens, sum(estimate_readable_tokens(one) for side in rest for one in side))
    plans, left = _plan_group(named, options, Budget(MAX_PARTS, tokens - kept))
    if any(named):
        options = replace(options, closeup=NO_CLOSEUP)
    more, _ = _plan_group(rest, options, Budget(left.parts, left.tokens + kept))
    return plans | more


def _plan_group(
    sides: Sequence[Sequence[Image]], options: ViewOptions, budget: Budget
) -> tuple[dict[PictureKey, ViewPlan | None], Budget]:
    """Return the plans for pictures that share a budget, and what is left of it."""
    new, earlier, others = sides
    wanted = [picture for picture in new if should_show_detail(picture, options.closeup)]
    wanted += [picture for picture in earlier if options.closeup and is_detail_hidden(picture)]
    rest = [one for one in (*others, *earlier, *new) if all(one is not other for other in wanted)]
    plans = dict[PictureKey, ViewPlan | None]()
    needs: list[tuple[int, Image | None]] = [(estimate_least_tokens(one), None) for one in rest]
    for one in reversed(wanted):
        plan = _plan_view(one, budget, options, is_new=one in new)
        full = _estimate_use(one, replace(plan, tokens=MAX_TOKENS))
        needs.append((one.tokens if full is None else full.tokens, one))
    needs.sort(key=operator.itemgetter(0))
    for number, (need, picture) in enumerate(needs):
        share = budget.tokens // (len(needs) - number)
        use = _Use(0, min(need, share), is_in_full=False)
        if picture is not None:
            shared = Budget(budget.parts, share)
            plan = _plan_view(picture, shared, options, is_new=picture in new)
            found = _estimate_use(picture, plan)
            plans[picture.key] = None if found is None else plan
            use = found or _Use(0, min(picture.tokens, share), is_in_full=False)
        budget = Budget(budget.parts - use.parts, budget.tokens - use.tokens)
    return plans, budget


def estimate_readable_tokens(picture: Image) -> int:
    """Return the fewest tokens with which something of a picture can be read or made out."""
    is_photo = picture.sight.content is PictureContent.PHOTO
    return min(picture.tokens, LEAST_FOR_PHOTO if is_photo else LEAST_FOR_TEXT)


def estimate_least_tokens(picture: Image) -> int:
    """Return the tokens with which the copy of a picture still serves."""
    is_photo = picture.sight.content is PictureContent.PHOTO
    return min(picture.tokens, ENOUGH_FOR_PHOTO) if is_photo else picture.tokens


def should_show_detail(picture: Image, closeup: Closeup = NO_CLOSEUP) -> bool:
    """Whether a picture that came with the question is shown at full size."""
    if not is_detail_hidden(picture):
        return False
    sight = picture.sight
    return bool(closeup) or sight.content in _DRAWN


def is_detail_hidden(picture: Image) -> bool:
    """Whether the model would see the picture smaller than it is in its file."""
    return bool(picture.sight.full_width) and picture.percent < 100


def _plan_view(picture: Image, budget: Budget, options: ViewOptions, *, is_new: bool) -> ViewPlan:
    whole = ViewPlan(
        parts=budget.parts, tokens=budget.tokens, takes_original=options.takes_original
    )
    closeup = options.closeup
    if not closeup.is_named:
        return whole
    is_photo = picture.sight.content is PictureContent.PHOTO
    use = None if is_photo or not is_new else _estimate_use(picture, whole)
    if use is not None and use.is_in_full:
        return whole  # what is named is in it, and the next question may be about the rest
    return replace(
        whole,
        shares=WHOLE if closeup.shares is None else _add_margin(closeup.shares),
        row=closeup.row,
        column=closeup.column,
        # The copy goes along with what is named in it.
        tokens=budget.tokens - picture.tokens,
    )


@dataclass(frozen=True, slots=True)
class _Use:
    """The parts and tokens that a plan takes; `is_in_full`: without making anything smaller."""

    parts: int
    tokens: int
    is_in_full: bool


def _estimate_use(picture: Image, plan: ViewPlan) -> _Use | None:
    """Return what a plan takes, with what goes along; None if nothing would be gained by it."""
    width, height = _measure_part(picture, plan.shares)
    copy = picture.tokens if plan.is_region else 0
    for detail in (Detail.HIGH, Detail.ORIGINAL)[: 1 + plan.takes_original]:
        tokens = estimate_picture_tokens(width, height, detail)
        is_whole = is_shown_in_full(width, height, detail)
        if is_whole and tokens <= plan.tokens and plan.parts:
            return _Use(1, tokens + copy, is_in_full=True)
    overview = estimate_overview_tokens(picture.sight.full_width, picture.sight.full_height)
    grid = plan_grid(width, height, Budget(plan.parts, plan.tokens - overview))
    if grid is None or (grid.scale < 1 and 100 * grid.scale <= _MIN_GAIN * picture.percent):
        return None
    return _Use(grid.count, grid.tokens + (copy or overview), is_in_full=grid.scale == 1)


def _measure_part(picture: Image, shares: Shares) -> tuple[int, int]:
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
