"""Builds the prompt that asks for broken blocks once more. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.llm import Prompt, PromptTurn
from bot.markup.code_blocks import BlockKind, CodeBlock

_INSTRUCTION = (
    "[These blocks of your answer could not be drawn. Answer with the corrected blocks alone, each"
    " in its fence, in the same order, and nothing else. Change only what the parser complains"
    " about.]"
)
_FAULT = "[The parser says: {}]"
_MAX_REPEATED_CHARS = 60_000
_WORDS = {BlockKind.MERMAID: "mermaid", BlockKind.DOT: "dot", BlockKind.FORMULA: "math"}


def build_mending_prompt(
    prompt: Prompt, answer_text: str, broken: Sequence[tuple[CodeBlock, str]]
) -> Prompt:
    """Build the prompt that asks for `broken` blocks, each with its parser's words.

    Only the words of the question are read again, and no picture is wanted.
    """
    parts = [f"{_FAULT.format(fault)}\n\n{format_block(block)}" for block, fault in broken]
    return replace(
        prompt,
        history=(
            *prompt.history,
            PromptTurn("user", prompt.question),
            PromptTurn("assistant", answer_text[:_MAX_REPEATED_CHARS]),
        ),
        question="\n\n".join([_INSTRUCTION, *parts]),
        pictures=(),
        documents=(),
        options=replace(prompt.options, text_only=True, variations=None),
        wants_picture=False,
    )


def format_block(block: CodeBlock) -> str:
    """Return a block in a fence that is longer than any in its code."""
    longest = max((len(run) for run in re.findall(r"`{3,}", block.code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{_WORDS[block.kind]}\n{block.code.strip(chr(10))}\n{fence}"
