"""Find where keywords are: in the pages of a file, and in a long message. Pure.

See `bot.request.keywords` for how they are chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.conversation import ThreadHistory, Turn
from bot.domain.tokens import estimate_tokens

# A message that is looked up again is cut to this length.
MAX_RETRIEVED_CHARS = 600


def truncate_around_words(
    text: str, words: Sequence[str], max_chars: int = MAX_RETRIEVED_CHARS
) -> str:
    """Return the part of `text` around the first of `words` that it holds.

    The part has up to `max_chars` characters, and an ellipsis wherever something was cut.
    """
    if len(text) <= max_chars:
        return text
    lowered = text.lower()
    position = next((found for word in words if (found := lowered.find(word)) >= 0), 0)
    start = max(0, min(position - max_chars // 3, len(text) - max_chars))
    part = text[start : start + max_chars]
    return f"{'…' if start else ''}{part}{'…' if start + max_chars < len(text) else ''}"


def shorten_retrieved(history: ThreadHistory, words: Sequence[str]) -> ThreadHistory:
    """Return `history` with each retrieved turn cut to its part around `words`."""
    return replace(
        history, retrieved=tuple(_shorten_turn(turn, words) for turn in history.retrieved)
    )


def _shorten_turn(turn: Turn, words: Sequence[str]) -> Turn:
    text = truncate_around_words(turn.text, words)
    return turn if text == turn.text else replace(turn, text=text, tokens=estimate_tokens(text))


def find_matching_pages(pages: Sequence[str], words: Sequence[str], max_pages: int) -> list[int]:
    """Return the indices of up to `max_pages` pages that match `words` best, in page order.

    A word found on few pages counts more than one found on many.
    """
    if not words or max_pages <= 0:
        return []
    lowered = [page.lower() for page in pages]
    scores = [0.0] * len(pages)
    for word in words:
        matches = [index for index, page in enumerate(lowered) if word in page]
        for index in matches:
            scores[index] += 1 / len(matches)
    found = [index for index, score in enumerate(scores) if score > 0]
    best = sorted(found, key=lambda index: (-scores[index], index))[:max_pages]
    return sorted(best)
