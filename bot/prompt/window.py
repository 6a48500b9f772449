"""Select the turns of a thread that fit. Pure. See `folding.py` for those that are folded.

The tokens of a message are estimated once, when it is stored; here they are only added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Turn
from bot.domain.tokens import MESSAGE_OVERHEAD_TOKENS, TokenCorrection


@dataclass(frozen=True, slots=True)
class Window:
    """`turns` are sent word for word.

    The oldest `omitted_count` messages are not sent. `omitted_tokens` counts those that did not
    fit.
    """

    turns: tuple[Turn, ...]
    omitted_count: int = 0
    omitted_tokens: int = 0


def fit_window(
    turns: Sequence[Turn], max_tokens: int, correction: TokenCorrection | None = None
) -> Window:
    """Return the newest of `turns` that fit `max_tokens`, after `correction` of their estimates."""
    correction = correction or TokenCorrection()
    used, first = 0, len(turns)
    for index in range(len(turns) - 1, -1, -1):
        used += correction.apply(turns[index].tokens + MESSAGE_OVERHEAD_TOKENS)
        if used > max_tokens:
            break
        first = index
    omitted_tokens = sum(turn.tokens for turn in turns[:first])
    return Window(tuple(turns[first:]), first, omitted_tokens)
