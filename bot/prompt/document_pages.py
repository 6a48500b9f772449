"""Which pages of which files are sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.files import Document, Excerpt, FileRef
from bot.domain.pages import existing_pages, parse_page_numbers
from bot.domain.tokens import PAGE_OVERHEAD_TOKENS
from bot.prompt.estimate import estimate_document_tokens, estimate_page_tokens
from bot.prompt.keywords import find_matching_pages, keywords

# Of a file that was sent before, so many pages, of so many tokens together.
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
    """The files of text of a thread to look into for `question`, oldest first."""
    # A file without a working copy was never read, or is gone: which is said if it is named.
    known = [
        ref for ref in files if not ref.is_declared_picture and (ref.copy_sha256 or ref.is_gone)
    ]
    texts = [ref for ref in known if not ref.is_gone]
    if parse_page_numbers(text):
        # Of several kinds, people count the pages of these.
        texts = [ref for ref in texts if ref.name.lower().endswith(_PAGED_ENDINGS)] or texts
    low = text.lower()
    named = [ref for ref in known if ref.name and ref.name.lower() in low]
    return (named or texts)[-_MAX_FILES:]


def is_about_files(text: str, file_names: Sequence[str]) -> bool:
    """Whether a question is about files that were sent before: their pages are looked at again."""
    low = text.lower()
    return bool(_FILE_NOUN_PATTERN.search(text)) or any(
        name.lower() in low for name in file_names if name
    )


def select_excerpt(text: str, document: Document, max_tokens: int) -> Excerpt:
    """What of a file of earlier is sent with `question`, in at most `room` tokens."""
    named = existing_pages(parse_page_numbers(text), document.nameable_pages)
    if named:
        return _select_pages(document, [number - 1 for number in named], max_tokens)
    if _WHOLE_FILE_PATTERN.search(text) and estimate_document_tokens(document) <= max_tokens:
        return select_first_pages(document, max_tokens)
    found = find_matching_pages(document.pages, keywords(text), MAX_EXCERPT_PAGES)
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
