"""How large a request is that asks once more."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.files import Document
from bot.domain.llm import Prompt
from bot.domain.tokens import estimate_tokens
from bot.markup.code_blocks import BlockKind, CodeBlock
from bot.markup.mending import build_mending_prompt
from bot.prompt.estimate import compute_cost_ceiling, estimate_repair_tokens
from bot.structured_output.repair import build_repair_prompt
from tests.support.codecs import PLAIN

ANSWER = "word " * 2_000


def bound(prompt: Prompt) -> int:
    return compute_cost_ceiling(prompt, max_pictures=0, quality="low").input_tokens


def test_an_answer_that_is_repeated_counts_and_files_that_are_not_do_not() -> None:
    document = Document("a.txt", "text/plain", ("page " * 3_000,), tokens=(3_000,))
    first = replace(PLAIN, documents=(document,))
    again = build_repair_prompt(first, ANSWER, ["it is not JSON"])
    added = estimate_repair_tokens(5_000, first, again) - 5_000
    assert estimate_tokens(ANSWER) < added < estimate_tokens(ANSWER) + 100
    mending = build_mending_prompt(first, ANSWER, [(CodeBlock(BlockKind.DOT, "x"), "no")])
    assert estimate_repair_tokens(5_000, first, mending) < 2_000 + estimate_tokens(ANSWER) + 100


def test_broken_blocks_that_are_repeated_are_within_what_is_reserved() -> None:
    block = CodeBlock(BlockKind.DOT, "digraph { " + "a -> b; " * 2_000)
    first = PLAIN
    mending = build_mending_prompt(first, block.code, [(block, "no")])
    assert bound(mending) > bound(first) + 2 * estimate_tokens(block.code)
