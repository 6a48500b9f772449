"""Which pages of which files are sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.asking.recall import matching_pages, telling_words
from bot.asking.sizes import document_tokens
from bot.asking.tokens import estimate
from bot.exchange import Document
from bot.prompt import Passages
from bot.types import FileRef

# Of a file that was sent before, so many pages, of so many tokens together.
MOST_PAGES, MOST_TOKENS = 4, 3_000
_MOST_FILES = 3
_WHOLE = re.compile(
    r"\b(whole|entire|all (?:of )?(?:the |its )?(?:pages|file|document)|complete(?:ly)?|everything"
    r"|summar\w+|overview|ganze\w*|gesamte\w*|zusammenfass\w*|überblick)\b",
    re.IGNORECASE,
)


def to_look_up(question: str, files: Sequence[FileRef]) -> list[FileRef]:
    """The files of text of a thread to look into for `question`, oldest first."""
    texts = [ref for ref in files if not ref.claims_picture and ref.copy_sha256]
    low = question.lower()
    named = [ref for ref in texts if ref.name and ref.name.lower() in low]
    return (named or texts)[-_MOST_FILES:]


def passages(question: str, document: Document, room: int) -> Passages:
    """What of a file of earlier is sent with `question`, in at most `room` tokens."""
    count = len(document.pages)
    if _WHOLE.search(question) and document_tokens(document) <= room:
        return Passages(document.name, count, tuple(enumerate(document.pages, 1)))
    words = telling_words(question)
    chosen, left = list[tuple[int, str]](), min(room, MOST_TOKENS)
    for number in matching_pages(document.pages, words, MOST_PAGES):
        text = document.pages[number]
        left -= estimate(text)
        if left < 0 and chosen:
            break
        chosen.append((number + 1, text))
    return Passages(document.name, count, tuple(chosen))


def first_pages(document: Document, room: int) -> Passages:
    """As many of the first pages as take at most `room` tokens."""
    chosen = list[tuple[int, str]]()
    for number, text in enumerate(document.pages, 1):
        room -= estimate(text) + 4
        if room < 0:
            break
        chosen.append((number, text))
    return Passages(document.name, len(document.pages), tuple(chosen))
