"""How large a request is: tokens as we guess them, and the most it can be. Pure."""

from __future__ import annotations

import math

from bot.domain.conversation import ThreadHistory
from bot.domain.costs import CostCeiling
from bot.domain.files import Document
from bot.domain.llm import Prompt
from bot.domain.tokens import (
    MESSAGE_OVERHEAD_TOKENS,
    PAGE_OVERHEAD_TOKENS,
    TokenCorrection,
    bound_tokens,
    estimate_picture_tokens,
    estimate_tokens,
)
from bot.prompt.window import Window

# What a page of a PDF takes that the model reads itself: its picture, besides its text.
_NATIVE_PAGE_TOKENS = 1_500
# Characters of a question that are counted anew: what a person says, and notes, stand at its end.
_MAX_COUNTED_CHARS = 20_000
# What the provider adds that nobody sees, and a schema.
_OVERHEAD_TOKENS = 50


def estimate_prompt_tokens(
    prompt: Prompt, history: ThreadHistory, window: Window, excerpt_tokens: int = 0
) -> int:
    """About how many tokens `prompt` takes: of its past only sums of what is known.

    `pages` are those of files whose text stands in the question; a long one is not counted again.
    """
    known = (
        sum(turn.tokens + MESSAGE_OVERHEAD_TOKENS for turn in window.turns) + history.summary_tokens
    )
    question = max(0, len(prompt.question) - _MAX_COUNTED_CHARS)
    said = estimate_tokens(prompt.question[-_MAX_COUNTED_CHARS:]) + (
        excerpt_tokens if question else 0
    )
    return (
        known
        + said
        + estimate_tokens(prompt.system)
        + 3 * MESSAGE_OVERHEAD_TOKENS
        + _estimate_file_tokens(prompt)
    )


def correct_estimate(tokens: int, history: ThreadHistory) -> int:
    """A guess, by what the provider counted in this thread before."""
    return TokenCorrection(history.estimated_tokens, history.reported_tokens).apply(tokens)


def estimate_document_tokens(document: Document) -> int:
    """About what a whole file takes."""
    native = _NATIVE_PAGE_TOKENS * len(document.pages) if document.data else 0
    return native + sum(count + PAGE_OVERHEAD_TOKENS for count in estimate_page_tokens(document))


def estimate_page_tokens(document: Document) -> tuple[int, ...]:
    """About what each page takes: as it was counted when the file was read, else counted now."""
    if len(document.tokens) == len(document.pages):
        return document.tokens
    return tuple(estimate_tokens(page) for page in document.pages)


def compute_cost_ceiling(prompt: Prompt, *, max_pictures: int, quality: str) -> CostCeiling:
    """The most that `prompt` can use; `draws` is how many pictures its answer can hold."""
    texts = [prompt.system, prompt.question, *(turn.text for turn in prompt.history)]
    tokens = (
        sum(bound_tokens(text) + 2 * MESSAGE_OVERHEAD_TOKENS for text in texts) + _OVERHEAD_TOKENS
    )
    tokens += math.ceil(_estimate_file_tokens(prompt) * 1.25)
    if prompt.schema is not None:
        tokens += bound_tokens(str(prompt.schema.schema))
    words_only = prompt.options.text_only or prompt.schema is not None
    return CostCeiling(
        input_tokens=tokens,
        output_tokens=prompt.max_tokens,
        picture_count=0 if words_only else max_pictures,
        quality=quality,
        sent_picture_count=len(prompt.pictures),
    )


def _estimate_file_tokens(prompt: Prompt) -> int:
    pictures = sum(
        estimate_picture_tokens(picture.width, picture.height) for picture in prompt.pictures
    )
    return pictures + sum(estimate_document_tokens(document) for document in prompt.documents)
