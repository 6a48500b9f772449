"""Makes room for thoughts: they count as output, and must leave some for the answer. Pure."""

from __future__ import annotations

# The percentage of the output that a model may think with (openrouter.ai/docs, "Reasoning
# tokens"). OpenAI publishes none; the same are taken for it.
_THOUGHT_PERCENTAGES = {
    "none": 0,
    "minimal": 10,
    "low": 20,
    "medium": 50,
    "high": 80,
    "xhigh": 95,
    "max": 95,
}
# About 3,000 words: an answer that ends before that has reached a limit of its own.
ANSWER_TOKENS = 4_096
# How many times the usual output an answer with much effort may take; README.md says so.
MAX_MULTIPLE = 4


def compute_output_tokens(usual_tokens: int, effort: str | None, context_tokens: int) -> int:
    """Return how many tokens thoughts and answer may have together.

    At least `usual_tokens`, and with much effort as many more as it takes for `ANSWER_TOKENS`, or
    the usual ones if they are fewer, to remain; but not more than half the context for that, and
    not more than `MAX_MULTIPLE` times as many: anybody can ask for much effort, and it is paid for.
    """
    percentage = _THOUGHT_PERCENTAGES.get(effort or "none", 0)
    answer_tokens = min(usual_tokens, ANSWER_TOKENS)
    needed = -(-answer_tokens * 100 // (100 - percentage))
    return max(usual_tokens, min(needed, MAX_MULTIPLE * usual_tokens, context_tokens // 2))
