"""Which pages of which files are sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.files import Document, FileRef, Passages
from bot.domain.pages import pages_named, there
from bot.domain.tokens import PER_PAGE
from bot.prompt.estimate import document_tokens, page_tokens
from bot.prompt.keywords import matching_pages, telling_words

# Of a file that was sent before, so many pages, of so many tokens together.
MOST_PAGES, MOST_TOKENS = 4, 3_000
_MOST_FILES = 3
_PAGED = (".pdf", ".pptx", ".docx")
_WHOLE = re.compile(
    r"\b(whole|entire|all (?:of )?(?:the |its )?(?:pages|file|document)|complete(?:ly)?|everything"
    r"|summar\w+|overview|ganze\w*|gesamte\w*|zusammenfass\w*|überblick)\b",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\b(pages?|pdf|files?|documents?|scans?|invoices?|receipts?|contracts?|letters?|forms?|seiten?"
    r"|datei(?:en)?|dokumente?|rechnung(?:en)?|vertrag|brief)\b",
    re.IGNORECASE,
)


def to_look_up(question: str, files: Sequence[FileRef]) -> list[FileRef]:
    """The files of text of a thread to look into for `question`, oldest first."""
    # A file without a working copy was never read, or is gone: which is said if it is named.
    known = [ref for ref in files if not ref.claims_picture and (ref.copy_sha256 or ref.is_gone)]
    texts = [ref for ref in known if not ref.is_gone]
    if pages_named(question):
        # Of several kinds, people count the pages of these.
        texts = [ref for ref in texts if ref.name.lower().endswith(_PAGED)] or texts
    low = question.lower()
    named = [ref for ref in known if ref.name and ref.name.lower() in low]
    return (named or texts)[-_MOST_FILES:]


def pages_that_can_be_named(document: Document) -> int:
    """How many pages have a number that people know."""
    return len(document.pages) if document.countable else 0


def asks_for_pages_again(question: str, names: Sequence[str]) -> bool:
    """Whether a question is about files that were sent before: their pages are looked at again."""
    low = question.lower()
    return bool(_FILE.search(question)) or any(name.lower() in low for name in names if name)


def passages(question: str, document: Document, room: int) -> Passages:
    """What of a file of earlier is sent with `question`, in at most `room` tokens."""
    named = there(pages_named(question), pages_that_can_be_named(document))
    if named:
        return _within(document, [number - 1 for number in named], room)
    if _WHOLE.search(question) and document_tokens(document) <= room:
        return first_pages(document, room)
    found = matching_pages(document.pages, telling_words(question), MOST_PAGES)
    return _within(document, found, min(room, MOST_TOKENS))


def first_pages(document: Document, room: int) -> Passages:
    """As many of the first pages as take at most `room` tokens."""
    chosen, used = list[tuple[int, str]](), 0
    for page, count in zip(document.numbered, page_tokens(document), strict=True):
        if used + count + PER_PAGE > room:
            break
        used += count + PER_PAGE
        chosen.append(page)
    return Passages(document.name, document.whole, tuple(chosen), document.file, used)


def _within(document: Document, indices: Sequence[int], room: int) -> Passages:
    """Those of the pages at `indices`, from the first, that take at most `room` tokens; the first
    at any rate."""
    chosen, used = list[tuple[int, str]](), 0
    numbered, tokens = document.numbered, page_tokens(document)
    for index in indices:
        if chosen and used + tokens[index] > room:
            break
        used += tokens[index] + PER_PAGE
        chosen.append(numbered[index])
    return Passages(document.name, document.whole, tuple(chosen), document.file, used)
