"""Decides which of a question's pictures are sent, and how small, so that they fit and can still
be read. Pure.

See `plan.py` for the pictures that are shown in parts: their tokens are gone before.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from bot.domain.files import Image
from bot.domain.pictures.sight import Detail
from bot.domain.tokens import compute_seen_scale, estimate_picture_tokens
from bot.files.detail.layout import MAX_TOKENS
from bot.files.detail.plan import estimate_least_tokens, estimate_readable_tokens

# A model with little room keeps as much of it for everything else.
_MAX_CONTEXT_SHARE = 0.5
_STEP = 0.98


def bound_picture_tokens(context_tokens: int) -> int:
    """Return the most tokens of all pictures of a question together."""
    return min(MAX_TOKENS, int(context_tokens * _MAX_CONTEXT_SHARE))


def count_seen(pictures: Sequence[Image], max_tokens: int) -> int:
    """Return how many of the pictures, from the first on, are sent: as long as each can be read.

    The first is sent in any case: seen small it is worth more than not at all.
    """
    sums = itertools.accumulate(map(estimate_readable_tokens, pictures))
    return max(min(1, len(pictures)), sum(tokens <= max_tokens for tokens in sums))


def plan_sides(copies: Sequence[Image], max_tokens: int) -> list[int | None]:
    """Return the longest side to which each copy is shrunk; None for those that stay.

    Together they take at most `max_tokens`. Photos become smaller first, to where they still serve,
    and of each kind the largest first, until they are alike.
    """
    needs = [one.tokens for one in copies]
    if sum(needs) <= max_tokens:
        return [None] * len(copies)
    least = share_out([estimate_least_tokens(one) for one in copies], max_tokens)
    missing = [need - share for need, share in zip(needs, least, strict=True)]
    more = share_out(missing, max_tokens - sum(least))
    return [
        None if share + extra >= need else find_side(one.width, one.height, share + extra)
        for one, need, share, extra in zip(copies, needs, least, more, strict=True)
    ]


def share_out(needs: Sequence[int], amount: int) -> list[int]:
    """Return what each gets of `amount`: what it needs, or as much as any other that needs more."""
    shares, left = [0] * len(needs), max(0, amount)
    order = sorted(range(len(needs)), key=needs.__getitem__)
    for number, index in enumerate(order):
        shares[index] = min(needs[index], left // (len(order) - number))
        left -= shares[index]
    return shares


def find_side(width: int, height: int, max_tokens: int) -> int:
    """Return the longest side at which such a picture takes at most `max_tokens`, at least 1."""
    side = max(width, height) * compute_seen_scale(width, height, Detail.HIGH)
    while side > 1:
        scale = side / max(width, height)
        small = math.ceil(width * scale), math.ceil(height * scale)
        tokens = estimate_picture_tokens(*small)
        if tokens <= max_tokens:
            break
        side *= min(_STEP, math.sqrt(max_tokens / tokens))
    return max(1, math.floor(side))
