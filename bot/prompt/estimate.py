"""Estimate the tokens of a request, and bound what it can use. Pure.

See `bot.domain.tokens` for the estimate of a single text or picture.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable

from bot.domain.conversation import ThreadHistory
from bot.domain.costs import CostCeiling
from bot.domain.files import Document, Image
from bot.domain.llm import Prompt
from bot.domain.tokens import (
    MESSAGE_OVERHEAD_TOKENS,
    PAGE_OVERHEAD_TOKENS,
    bound_tokens,
    estimate_tokens,
)
from bot.prompt.window import Window

# The picture of a PDF page that the model reads itself, in addition to the page's text.
_NATIVE_PAGE_TOKENS = 1_500
# How much more than estimated a picture or the picture of a page may take.
_FILE_MARGIN = 1.25
# Of a longer question only the end is estimated: the person's words and the notes are there.
_MAX_COUNTED_CHARS = 20_000
# Hidden text that the provider adds, and the frame around a schema.
_OVERHEAD_TOKENS = 50


def estimate_prompt_tokens(
    prompt: Prompt, history: ThreadHistory, window: Window, excerpt_tokens: int = 0
) -> int:
    """Return about how many tokens `prompt` takes; its history is summed, not estimated again.

    `excerpt_tokens` is the size of the file pages in the question. It replaces an estimate of the
    beginning of a long question, which holds those pages.
    """
    history_tokens = (
        sum(turn.tokens + MESSAGE_OVERHEAD_TOKENS for turn in window.turns) + history.summary_tokens
    )
    question_tokens = estimate_tokens(prompt.question[-_MAX_COUNTED_CHARS:])
    if len(prompt.question) > _MAX_COUNTED_CHARS:
        question_tokens += excerpt_tokens
    return (
        history_tokens
        + question_tokens
        + _estimate_system_tokens(prompt.system)
        + 3 * MESSAGE_OVERHEAD_TOKENS
        + _estimate_file_tokens(prompt)
    )


def estimate_repair_tokens(estimated_tokens: int, first: Prompt, again: Prompt) -> int:
    """Return about how many tokens `again` takes, which repeats `first` and its answer.

    `estimated_tokens` is the size of `first`, which may have files that are not sent again.
    """
    # The question of `first` is the first of the new turns.
    added = [turn.text for turn in again.history[len(first.history) + 1 :]]
    return (
        estimated_tokens
        + sum(estimate_tokens(text) + MESSAGE_OVERHEAD_TOKENS for text in (*added, again.question))
        - _estimate_file_tokens(first)
        + _estimate_file_tokens(again)
    )


@functools.lru_cache(maxsize=8)
def _estimate_system_tokens(system: str) -> int:
    """Estimate a system prompt, of which there are few: it is longer than most questions."""
    return estimate_tokens(system)


def compute_cost_ceiling(prompt: Prompt, *, max_pictures: int, quality: str) -> CostCeiling:
    """Return the most that `prompt` can use, with up to `max_pictures` in its answer."""
    texts = [prompt.system, prompt.question, *(turn.text for turn in prompt.history)]
    input_tokens = (
        sum(bound_tokens(text) + 2 * MESSAGE_OVERHEAD_TOKENS for text in texts) + _OVERHEAD_TOKENS
    )
    input_tokens += math.ceil(sum_picture_tokens(prompt.pictures) * _FILE_MARGIN)
    input_tokens += sum(_bound_document_tokens(document) for document in prompt.documents)
    if prompt.schema is not None:
        input_tokens += bound_tokens(str(prompt.schema.schema))
    return CostCeiling(
        input_tokens=input_tokens,
        output_tokens=prompt.max_tokens,
        picture_count=0 if prompt.is_text_only else max_pictures,
        quality=quality,
        input_picture_count=len(prompt.pictures),
    )


def sum_picture_tokens(pictures: Iterable[Image]) -> int:
    """Return about how many tokens `pictures` take together."""
    return sum(picture.tokens for picture in pictures)


def sum_document_tokens(documents: Iterable[Document]) -> int:
    """Return about how many tokens whole `documents` take together."""
    return sum(estimate_document_tokens(document) for document in documents)


def estimate_document_tokens(document: Document) -> int:
    """Return about how many tokens a whole file takes."""
    native_tokens = _NATIVE_PAGE_TOKENS * len(document.pages) if document.data else 0
    return native_tokens + sum(
        tokens + PAGE_OVERHEAD_TOKENS for tokens in estimate_page_tokens(document)
    )


def estimate_page_tokens(document: Document) -> tuple[int, ...]:
    """Return the tokens of each page: as counted when the file was read, else estimated now."""
    if len(document.tokens) == len(document.pages):
        return document.tokens
    return tuple(estimate_tokens(page) for page in document.pages)


def _bound_document_tokens(document: Document) -> int:
    """Return the most tokens that a whole file takes."""
    native_tokens = _NATIVE_PAGE_TOKENS * _FILE_MARGIN if document.data else 0
    return sum(
        math.ceil(native_tokens) + bound_tokens(page) + PAGE_OVERHEAD_TOKENS
        for page in document.pages
    )


def _estimate_file_tokens(prompt: Prompt) -> int:
    return sum_picture_tokens(prompt.pictures) + sum_document_tokens(prompt.documents)
