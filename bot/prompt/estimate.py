"""How large a request is: tokens as we guess them, and the most it can be. Pure."""

from __future__ import annotations

import math

from bot.domain.conversation import Past
from bot.domain.costs import WorstCase
from bot.domain.files import Document
from bot.domain.llm import Prompt
from bot.domain.tokens import PER_MESSAGE, PER_PAGE, Correction, bound, estimate, of_picture
from bot.prompt.window import Window

# What a page of a PDF takes that the model reads itself: its picture, besides its text.
_NATIVE_PAGE = 1_500
# Characters of a question that are counted anew: what a person says, and notes, stand at its end.
_COUNTED = 20_000
# What the provider adds that nobody sees, and a schema.
_OVERHEAD = 50


def guess(prompt: Prompt, past: Past, window: Window, pages: int = 0) -> int:
    """About how many tokens `prompt` takes: of its past only sums of what is known.

    `pages` are those of files whose text stands in the question; a long one is not counted again.
    """
    known = sum(turn.tokens + PER_MESSAGE for turn in window.kept) + past.summary_tokens
    question = max(0, len(prompt.question) - _COUNTED)
    said = estimate(prompt.question[-_COUNTED:]) + (pages if question else 0)
    return known + said + estimate(prompt.system) + 3 * PER_MESSAGE + _files(prompt)


def corrected(tokens: int, past: Past) -> int:
    """A guess, by what the provider counted in this thread before."""
    return Correction(past.estimated, past.reported).apply(tokens)


def document_tokens(document: Document) -> int:
    """About what a whole file takes."""
    native = _NATIVE_PAGE * len(document.pages) if document.data else 0
    return native + sum(count + PER_PAGE for count in page_tokens(document))


def page_tokens(document: Document) -> tuple[int, ...]:
    """About what each page takes: as it was counted when the file was read, else counted now."""
    if len(document.tokens) == len(document.pages):
        return document.tokens
    return tuple(estimate(page) for page in document.pages)


def worst_case(prompt: Prompt, *, draws: int, quality: str) -> WorstCase:
    """The most that `prompt` can use; `draws` is how many pictures its answer can hold."""
    texts = [prompt.system, prompt.question, *(turn.text for turn in prompt.past)]
    tokens = sum(bound(text) + 2 * PER_MESSAGE for text in texts) + _OVERHEAD
    tokens += math.ceil(_files(prompt) * 1.25)
    if prompt.schema is not None:
        tokens += bound(str(prompt.schema.schema))
    words_only = prompt.parameters.text_only or prompt.schema is not None
    return WorstCase(
        input_tokens=tokens,
        output_tokens=prompt.max_tokens,
        pictures=0 if words_only else draws,
        quality=quality,
        pictures_sent=len(prompt.pictures),
    )


def _files(prompt: Prompt) -> int:
    pictures = sum(of_picture(picture.width, picture.height) for picture in prompt.pictures)
    return pictures + sum(document_tokens(document) for document in prompt.documents)
