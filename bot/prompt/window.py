"""Select the turns of a thread that fit, and count those to fold into its summary. Pure.

The tokens of a message are estimated once, when it is stored; here they are only added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Turn
from bot.domain.tokens import MESSAGE_OVERHEAD_TOKENS, TokenCorrection

# Once the turns sent word for word exceed the first limit, the oldest are folded into the summary
# until they are within the second. In between, the beginning of a request stays the same, and the
# provider's cache serves it at a quarter of the price.
SUMMARIZE_ABOVE_TOKENS, SUMMARIZE_DOWN_TO_TOKENS = 1_000, 200
# The last exchange is never folded: people continue from it.
MIN_KEPT_TURNS = 2
# The summary, and the text that one summary is written from.
MAX_SUMMARY_TOKENS, MAX_SUMMARY_INPUT_TOKENS = 400, 12_000


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


def count_turns_to_summarize(turns: Sequence[Turn]) -> int:
    """Return how many of the oldest `turns` to fold into the summary now."""
    remaining_tokens = sum(turn.tokens + MESSAGE_OVERHEAD_TOKENS for turn in turns)
    if remaining_tokens <= SUMMARIZE_ABOVE_TOKENS:
        return 0
    folded_count, folded_tokens = 0, 0
    for turn in turns[: max(0, len(turns) - MIN_KEPT_TURNS)]:
        tokens = turn.tokens + MESSAGE_OVERHEAD_TOKENS
        folded_tokens += tokens
        # What is too long to summarize at once is folded in several steps.
        is_too_long = folded_count > 0 and folded_tokens > MAX_SUMMARY_INPUT_TOKENS
        if remaining_tokens <= SUMMARIZE_DOWN_TO_TOKENS or is_too_long:
            break
        remaining_tokens -= tokens
        folded_count += 1
    return folded_count
