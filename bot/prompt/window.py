"""What of a thread is sent: what fits, what is folded away, what is left out. Pure, and only sums.

Tokens of a message are estimated once, when it is stored; planning adds them up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Turn
from bot.domain.tokens import MESSAGE_OVERHEAD_TOKENS, TokenCorrection

# Beyond so many tokens word for word, the older messages are folded into the summary, until so
# many are left. In between the beginning of a request stays the same, and the provider's cache
# serves it at a quarter of the price.
SUMMARIZE_ABOVE_TOKENS, SUMMARIZE_DOWN_TO_TOKENS = 1_000, 200
# The last exchange is never folded: people go on from it.
MIN_KEPT_TURNS = 2
# The summary, in tokens; what it is made from, in tokens.
MAX_SUMMARY_TOKENS, MAX_SUMMARY_INPUT_TOKENS = 400, 12_000


@dataclass(frozen=True, slots=True)
class Window:
    """`kept` is sent word for word; the oldest `left_out` messages, of `lost` tokens, are not."""

    turns: tuple[Turn, ...]
    omitted_count: int = 0
    omitted_tokens: int = 0


def fit_window(
    turns: Sequence[Turn], max_tokens: int, correction: TokenCorrection | None = None
) -> Window:
    """The newest of `turns` that take at most `room` tokens."""
    known = correction or TokenCorrection()
    used, first = 0, len(turns)
    for number in range(len(turns) - 1, -1, -1):
        used += known.apply(turns[number].tokens + MESSAGE_OVERHEAD_TOKENS)
        if used > max_tokens:
            break
        first = number
    lost = sum(turn.tokens for turn in turns[:first])
    return Window(tuple(turns[first:]), first, lost)


def count_turns_to_summarize(turns: Sequence[Turn]) -> int:
    """How many of the oldest `turns` belong into the summary by now; 0 for none."""
    total = sum(turn.tokens + MESSAGE_OVERHEAD_TOKENS for turn in turns)
    if total <= SUMMARIZE_ABOVE_TOKENS:
        return 0
    folded, read = 0, 0
    for turn in turns[: max(0, len(turns) - MIN_KEPT_TURNS)]:
        read += turn.tokens + MESSAGE_OVERHEAD_TOKENS
        # What is too long to be read at once is folded in several times.
        if total <= SUMMARIZE_DOWN_TO_TOKENS or (folded and read > MAX_SUMMARY_INPUT_TOKENS):
            break
        total -= turn.tokens + MESSAGE_OVERHEAD_TOKENS
        folded += 1
    return folded
