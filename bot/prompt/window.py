"""What of a thread is sent: what fits, what is folded away, what is left out. Pure, and only sums.

Tokens of a message are estimated once, when it is stored; planning adds them up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Turn
from bot.domain.tokens import PER_MESSAGE, Correction

# Beyond so many tokens word for word, the older messages are folded into the summary, until so
# many are left. In between the beginning of a request stays the same, and the provider's cache
# serves it at a quarter of the price.
FOLD_FROM, FOLD_TO = 1_000, 200
# The last exchange is never folded: people go on from it.
ALWAYS_KEPT = 2
# The summary, in tokens; what it is made from, in tokens.
SUMMARY_TOKENS, SUMMARY_READS = 400, 12_000


@dataclass(frozen=True, slots=True)
class Window:
    """`kept` is sent word for word; the oldest `left_out` messages, of `lost` tokens, are not."""

    kept: tuple[Turn, ...]
    left_out: int = 0
    lost: int = 0


def fit(turns: Sequence[Turn], room: int, correction: Correction | None = None) -> Window:
    """The newest of `turns` that take at most `room` tokens."""
    known = correction or Correction()
    used, first = 0, len(turns)
    for number in range(len(turns) - 1, -1, -1):
        used += known.apply(turns[number].tokens + PER_MESSAGE)
        if used > room:
            break
        first = number
    lost = sum(turn.tokens for turn in turns[:first])
    return Window(tuple(turns[first:]), first, lost)


def to_fold(turns: Sequence[Turn]) -> int:
    """How many of the oldest `turns` belong into the summary by now; 0 for none."""
    total = sum(turn.tokens + PER_MESSAGE for turn in turns)
    if total <= FOLD_FROM:
        return 0
    folded, read = 0, 0
    for turn in turns[: max(0, len(turns) - ALWAYS_KEPT)]:
        read += turn.tokens + PER_MESSAGE
        # What is too long to be read at once is folded in several times.
        if total <= FOLD_TO or (folded and read > SUMMARY_READS):
            break
        total -= turn.tokens + PER_MESSAGE
        folded += 1
    return folded
