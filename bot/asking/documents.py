"""Which pages of which files are sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.asking.page_numbers import pages_named, there
from bot.asking.recall import matching_pages, telling_words
from bot.asking.sizes import document_tokens
from bot.asking.tokens import estimate
from bot.exchange import Document
from bot.material import Passages
from bot.types import FileRef

# Of a file that was sent before, so many pages, of so many tokens together.
MOST_PAGES, MOST_TOKENS = 4, 3_000
_MOST_FILES = 3
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
    # A file without a working copy was never read, or is gone.
    texts = [ref for ref in files if not ref.claims_picture and ref.copy_sha256]
    low = question.lower()
    named = [ref for ref in texts if ref.name and ref.name.lower() in low]
    return (named or texts)[-_MOST_FILES:]


def asks_for_pages_again(question: str, names: Sequence[str]) -> bool:
    """Whether a question is about files that were sent before: their pages are looked at again."""
    low = question.lower()
    return bool(_FILE.search(question)) or any(name.lower() in low for name in names if name)


def passages(question: str, document: Document, room: int) -> Passages:
    """What of a file of earlier is sent with `question`, in at most `room` tokens."""
    count = len(document.pages)
    named = there(pages_named(question), count)
    if named:
        pages = tuple((number, document.pages[number - 1]) for number in named)
        return _within(document, pages, room)
    if _WHOLE.search(question) and document_tokens(document) <= room:
        return Passages(document.name, document.whole, document.numbered, document.file)
    words = telling_words(question)
    found = tuple(
        (number + 1, document.pages[number])
        for number in matching_pages(document.pages, words, MOST_PAGES)
    )
    return _within(document, found, min(room, MOST_TOKENS))


def first_pages(document: Document, room: int) -> Passages:
    """As many of the first pages as take at most `room` tokens."""
    chosen = list[tuple[int, str]]()
    for number, text in document.numbered:
        room -= estimate(text) + 4
        if room < 0:
            break
        chosen.append((number, text))
    return Passages(document.name, document.whole, tuple(chosen), document.file)


def _within(document: Document, pages: Sequence[tuple[int, str]], room: int) -> Passages:
    """Those of `pages`, from the first, that take at most `room` tokens; the first at any rate."""
    chosen = list[tuple[int, str]]()
    for number, text in pages:
        room -= estimate(text)
        if room < 0 and chosen:
            break
        chosen.append((number, text))
    return Passages(document.name, document.whole, tuple(chosen), document.file)
