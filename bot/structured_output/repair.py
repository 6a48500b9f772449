"""Builds the prompt that asks for an answer that fits its schema.

See `bot.files.schema_checks` for what does not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.llm import Prompt, PromptTurn

_REPAIR_INSTRUCTION = (
    "[Your answer did not fit the schema: {}. Answer again, with the whole of the data and nothing"
    " else.]"
)
_MAX_REPEATED_CHARS = 60_000


def build_repair_prompt(prompt: Prompt, answer_text: str, problems: Sequence[str]) -> Prompt:
    """Build the prompt that asks for an answer that fits. Only the words are read again."""
    return replace(
        prompt,
        history=(
            *prompt.history,
            PromptTurn("user", prompt.question),
            PromptTurn("assistant", answer_text[:_MAX_REPEATED_CHARS]),
        ),
        question=_REPAIR_INSTRUCTION.format("; ".join(problems)),
    )
