"""Select the pages of a file to send. Pure.

See `bot.request.file_references` for what a message says about files and pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.files import Document, Excerpt
from bot.domain.pages import select_existing_pages
from bot.domain.tokens import PAGE_OVERHEAD_TOKENS
from bot.prompt.estimate import estimate_document_tokens, estimate_page_tokens
from bot.prompt.keywords import find_matching_pages

# Limits for the pages found by keywords in a file sent earlier in the thread.
MAX_EXCERPT_PAGES, MAX_EXCERPT_TOKENS = 4, 3_000


@dataclass(frozen=True, slots=True)
class ExcerptCriteria:
    """What a message needs of a file sent earlier.

    The first that applies decides: the page numbers in `pages` (-1 for the last page), the whole
    file, or the pages that hold `keywords` with those that are looked at, `seen_pages`.
    """

    pages: tuple[int, ...] = ()
    keywords: tuple[str, ...] = ()
    wants_whole_file: bool = False
    seen_pages: tuple[int, ...] = ()


def select_excerpt(criteria: ExcerptCriteria, document: Document, max_tokens: int) -> Excerpt:
    """Return the pages of an earlier file that meet `criteria`.

    They take at most `max_tokens`, except that the first page found is always sent.
    """
    numbers = select_existing_pages(criteria.pages, document.nameable_pages)
    if numbers:
        return _select_found_pages(document, [number - 1 for number in numbers], max_tokens)
    if criteria.wants_whole_file and estimate_document_tokens(document) <= max_tokens:
        return select_first_pages(document, max_tokens)
    seen = select_existing_pages(criteria.seen_pages, document.nameable_pages)
    found = [number - 1 for number in seen]
    matching = find_matching_pages(document.pages, criteria.keywords, MAX_EXCERPT_PAGES)
    found += [index for index in matching if index not in found]
    return _select_found_pages(document, found, min(max_tokens, MAX_EXCERPT_TOKENS))


def select_first_pages(document: Document, max_tokens: int) -> Excerpt:
    """Return as many of the first pages as fit `max_tokens`, perhaps none."""
    return _select_pages(document, range(len(document.pages)), max_tokens)


def _select_found_pages(document: Document, indices: Sequence[int], max_tokens: int) -> Excerpt:
    """Return the leading pages of `indices` that fit `max_tokens`, and at least the first."""
    # The overhead of the last page may exceed the limit.
    limit = max_tokens + PAGE_OVERHEAD_TOKENS
    return _select_pages(document, indices, limit, always_first=True)


def _select_pages(
    document: Document, indices: Sequence[int], max_tokens: int, *, always_first: bool = False
) -> Excerpt:
    """Take the pages at `indices` in order until the next one does not fit."""
    pages, used = list[tuple[int, str]](), 0
    numbered_pages, page_tokens = document.numbered_pages, estimate_page_tokens(document)
    for index in indices:
        tokens = page_tokens[index] + PAGE_OVERHEAD_TOKENS
        if used + tokens > max_tokens and (pages or not always_first):
            break
        used += tokens
        pages.append(numbered_pages[index])
    return Excerpt(document.name, document.page_count, tuple(pages), document.file_id, used)
