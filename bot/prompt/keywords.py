"""Finds where keywords stand: in the pages of a file, in a long message. Pure.

See `bot.request.keywords` for the words themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

# Limit for a message that is looked up again.
MAX_RETRIEVED_CHARS = 600


def truncate_around_words(
    text: str, words: Sequence[str], max_chars: int = MAX_RETRIEVED_CHARS
) -> str:
    """What of a long text stands around the word of `words` that tells most."""
    if len(text) <= max_chars:
        return text
    low = text.lower()
    at = next((found for word in words if (found := low.find(word)) >= 0), 0)
    start = max(0, min(at - max_chars // 3, len(text) - max_chars))
    cut = text[start : start + max_chars]
    return f"{'…' if start else ''}{cut}{'…' if start + max_chars < len(text) else ''}"


def find_matching_pages(pages: Sequence[str], words: Sequence[str], max_pages: int) -> list[int]:
    """The indices of the at most `most` pages that hold most of `words`, in their order.

    A word that is on few pages tells more than one that is on most.
    """
    if not words or max_pages <= 0:
        return []
    lowered = [page.lower() for page in pages]
    scores = [0.0] * len(pages)
    for word in words:
        holding = [number for number, page in enumerate(lowered) if word in page]
        for number in holding:
            scores[number] += 1 / len(holding)
    found = [number for number, score in enumerate(scores) if score > 0]
    best = sorted(found, key=lambda number: (-scores[number], number))[:max_pages]
    return sorted(best)
