"""Which part of a picture a message asks to see: “top right”, “row 40”, “the small print”. Pure.

See `words.py` for the words, and `bot.files.detail` for what is shown then.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from bot.domain.pictures.closeup import Closeup
from bot.domain.pictures.sight import Shares
from bot.request.closeups import words
from bot.request.own_words import erase_quotes, normalize_letters

# More is a text about something, not a question about a picture.
_MAX_CHARS = 2_000
# A corner reaches to the middle on both sides, and “at the bottom” a little less far.
_HALF, _EDGE, _MIDDLE_START, _MIDDLE_END = 0.5, 0.4, 0.25, 0.75
_MAX_LINE = 9_999
_MAX_REMEMBERED = 16


# Several steps ask of one message.
@functools.lru_cache(maxsize=_MAX_REMEMBERED)
def parse_closeup(text: str) -> Closeup:
    """Read which part of a picture `text` asks to see, and whether it needs its details."""
    own = normalize_letters(erase_quotes(text[:_MAX_CHARS]))
    # Several lines are seen with all that is between them: in the whole picture.
    row = column = 0
    is_from_end = words.FROM_END_PATTERN.search(own) is not None
    if not is_from_end and not words.SEVERAL_ROWS_PATTERN.search(own):
        row = _find_line(own, words.ROW_PATTERNS, words.ORDINAL_ROW_PATTERN)
    if not is_from_end and not words.SEVERAL_COLUMNS_PATTERN.search(own):
        column = _find_line(own, words.COLUMN_PATTERNS, words.ORDINAL_COLUMN_PATTERN)
    return Closeup(
        shares=_find_shares(own),
        row=row,
        column=column,
        is_wanted=bool(words.ZOOM_PATTERN.search(own) or words.READ_PATTERN.search(own)),
    )


def is_zoom(text: str) -> bool:
    """Whether `text` asks to look closer, which is about a picture and nothing else."""
    own = normalize_letters(erase_quotes(text[:_MAX_CHARS]))
    return words.ZOOM_PATTERN.search(own) is not None


def is_about_looks(text: str) -> bool:
    """Whether `text` is about something on a page that its text alone does not tell.

    That is a place on it, a line of a table, its small print, or what is drawn there.
    """
    own = normalize_letters(erase_quotes(text[:_MAX_CHARS]))
    named = parse_closeup(text).is_named
    looks = words.LOOK_PATTERN.search(words.MADE_PATTERN.sub(" ", own))
    return named or bool(words.ZOOM_PATTERN.search(own) or looks)


def is_inquiry(text: str) -> bool:
    """Whether `text` wants to know something, instead of having a picture made or changed."""
    own = normalize_letters(text[:_MAX_CHARS])
    if words.ASK_PATTERN.search(own):
        return True
    return bool(words.QUESTION_PATTERN.search(own) and not words.FAVOUR_PATTERN.search(own))


def _find_shares(text: str) -> Shares | None:
    """Return the part of a picture that is named; None for none, and for opposite ones."""
    places = {place for place, pattern in words.PLACES if pattern.search(text)}
    is_vertical = places & {words.TOP, words.BOTTOM}
    is_horizontal = places & {words.LEFT, words.RIGHT}
    if not places or len(is_vertical) > 1 or len(is_horizontal) > 1:
        return None
    is_corner = bool(is_vertical and is_horizontal) or bool(words.CORNER_PATTERN.search(text))
    size = _HALF if is_corner or words.HALF_PATTERN.search(text) else _EDGE
    if places == {words.MIDDLE}:
        return _MIDDLE_START, _MIDDLE_START, _MIDDLE_END, _MIDDLE_END
    left, right = _find_range(places, words.LEFT, words.RIGHT, size)
    top, bottom = _find_range(places, words.TOP, words.BOTTOM, size)
    return left, top, right, bottom


def _find_range(places: Iterable[str], first: str, last: str, size: float) -> tuple[float, float]:
    if first in places:
        return 0.0, size
    if last in places:
        return 1.0 - size, 1.0
    if words.MIDDLE in places:
        return _MIDDLE_START, _MIDDLE_END
    return 0.0, 1.0


def _find_line(text: str, patterns: Sequence[re.Pattern[str]], ordinal: re.Pattern[str]) -> int:
    """Return the number of a row or column that is named, -1 for the last, 0 for none."""
    for pattern in patterns:
        found = pattern.search(text)
        if found is not None:
            return min(int(found[1]), _MAX_LINE)
    found = ordinal.search(text)
    return 0 if found is None else words.ORDINALS[found[1]]
