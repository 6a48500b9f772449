"""Select the files of a thread to look into, and the pages of them to send. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.files import Document, Excerpt, FileRef
from bot.domain.pages import existing_pages, parse_page_numbers
from bot.domain.tokens import PAGE_OVERHEAD_TOKENS
from bot.prompt.estimate import estimate_document_tokens, estimate_page_tokens
from bot.prompt.keywords import find_matching_pages, keywords

# Limits for a file sent earlier in the thread.
MAX_EXCERPT_PAGES, MAX_EXCERPT_TOKENS = 4, 3_000
_MAX_FILES = 3
_PAGED_ENDINGS = (".pdf", ".pptx", ".docx")
_WHOLE_FILE_PATTERN = re.compile(
    r"\b(whole|entire|all (?:of )?(?:the |its )?(?:pages|file|document)|complete(?:ly)?|everything"
    r"|summar\w+|overview|ganze\w*|gesamte\w*|zusammenfass\w*|überblick)\b",
    re.IGNORECASE,
)
_FILE_NOUN_PATTERN = re.compile(
    r"\b(pages?|pdf|files?|documents?|scans?|invoices?|receipts?|contracts?|letters?|forms?|seiten?"
    r"|datei(?:en)?|dokumente?|rechnung(?:en)?|vertrag|brief)\b",
    re.IGNORECASE,
)


def select_text_files(text: str, files: Sequence[FileRef]) -> list[FileRef]:
    """Return the thread's files with text to look into for the question `text`, oldest first.

    Files deleted in Slack are returned only if the question names them, so that this is reported.
    """
    # A file without a working copy was never read.
    known = [
        ref for ref in files if not ref.is_declared_picture and (ref.copy_sha256 or ref.is_gone)
    ]
    texts = [ref for ref in known if not ref.is_gone]
    if parse_page_numbers(text):
        # People refer to page numbers in files of these kinds rather than in others.
        texts = [ref for ref in texts if ref.name.lower().endswith(_PAGED_ENDINGS)] or texts
    lowered = text.lower()
    named = [ref for ref in known if ref.name and ref.name.lower() in lowered]
    return (named or texts)[-_MAX_FILES:]


def count_nameable_pages(document: Document) -> int:
    """Return how many pages have a number that people know."""
    return len(document.pages) if document.has_page_numbers else 0


def is_about_files(text: str, file_names: Sequence[str]) -> bool:
    """Whether a question is about files sent earlier, so that their pages are searched again."""
    lowered = text.lower()
    return bool(_FILE_NOUN_PATTERN.search(text)) or any(
        name.lower() in lowered for name in file_names if name
    )


def select_excerpt(text: str, document: Document, max_tokens: int) -> Excerpt:
    """Return the pages of an earlier file that the question `text` needs.

    They take at most `max_tokens`, except that the first page found is always sent.
    """
    numbers = existing_pages(parse_page_numbers(text), count_nameable_pages(document))
    if numbers:
        return _select_found_pages(document, [number - 1 for number in numbers], max_tokens)
    if _WHOLE_FILE_PATTERN.search(text) and estimate_document_tokens(document) <= max_tokens:
        return select_first_pages(document, max_tokens)
    found = find_matching_pages(document.pages, keywords(text), MAX_EXCERPT_PAGES)
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
    return Excerpt(document.name, document.page_count, tuple(pages), document.file, used)
