"""Which pages of which files are sent. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.files import Document, Excerpt
from bot.domain.pages import existing_pages
from bot.domain.tokens import PAGE_OVERHEAD_TOKENS
from bot.prompt.estimate import estimate_document_tokens, estimate_page_tokens
from bot.prompt.keywords import find_matching_pages

# Limits for a file sent earlier in the thread.
MAX_EXCERPT_PAGES, MAX_EXCERPT_TOKENS = 4, 3_000


@dataclass(frozen=True, slots=True)
class ExcerptCriteria:
    """What of an earlier file a message is about: named `pages`, words in it, or all of it."""

    pages: tuple[int, ...] = ()
    keywords: tuple[str, ...] = ()
    wants_whole_file: bool = False


def select_excerpt(criteria: ExcerptCriteria, document: Document, max_tokens: int) -> Excerpt:
    """Select the pages of an earlier file to send, at most `max_tokens` of them."""
    named = existing_pages(criteria.pages, document.nameable_pages)
    if named:
        return _select_pages(document, [number - 1 for number in named], max_tokens)
    if criteria.wants_whole_file and estimate_document_tokens(document) <= max_tokens:
        return select_first_pages(document, max_tokens)
    found = find_matching_pages(document.pages, criteria.keywords, MAX_EXCERPT_PAGES)
    return _select_pages(document, found, min(max_tokens, MAX_EXCERPT_TOKENS))


def select_first_pages(document: Document, max_tokens: int) -> Excerpt:
    """As many of the first pages as take at most `room` tokens."""
    chosen, used = list[tuple[int, str]](), 0
    for page, count in zip(document.numbered_pages, estimate_page_tokens(document), strict=True):
        if used + count + PAGE_OVERHEAD_TOKENS > max_tokens:
            break
        used += count + PAGE_OVERHEAD_TOKENS
        chosen.append(page)
    return Excerpt(document.name, document.page_count, tuple(chosen), document.file, used)


def _select_pages(document: Document, indices: Sequence[int], max_tokens: int) -> Excerpt:
    """Those of the pages at `indices`, from the first, that take at most `room` tokens; the first
    at any rate."""
    chosen, used = list[tuple[int, str]](), 0
    numbered, tokens = document.numbered_pages, estimate_page_tokens(document)
    for index in indices:
        if chosen and used + tokens[index] > max_tokens:
            break
        used += tokens[index] + PAGE_OVERHEAD_TOKENS
        chosen.append(numbered[index])
    return Excerpt(document.name, document.page_count, tuple(chosen), document.file, used)
