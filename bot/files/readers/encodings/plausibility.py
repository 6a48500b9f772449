"""Judges how much a decoded text looks like something that people wrote. Pure.

A wrong code page betrays itself: letters of two scripts in one word, capitals behind small letters,
signs within words, and letters that no one language has together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from bot.files.readers.encodings.languages import LETTERS, WORDS

# What a letter costs that the best language lacks, and a language whose frequent words are missing.
_OUTSIDE_WEIGHT, _OTHER_WORDS_WEIGHT = 0.9, 0.25
_MOST_COUNTED, _FEWEST_WORDS = 20, 2
_HIGH_CHARACTER = re.compile(r"[^\x00-\x7f]")
_SHORT_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z]{1,8}(?![A-Za-z\x80-\xff])")
_COMMON_SIGNS = frozenset("’‘“”„‚«»‹›–—…·•€£§°©®™№´`¿¡ªº¨×¥\xa0\xad\u200b\u200c\u200d\u200e\u200f")
_SIGNS_IN_WORDS = frozenset("’·\xad\u200c\u200d\u2010–—´`\xa0")
# No one writes a letter directly behind these.
_SIGNS_BEFORE_NO_LETTER = frozenset("®™€¥£©")
_BASIC_SCRIPTS = (
    (0x0250, "Latin"), (0x0300, ""), (0x0370, "Latin"), (0x0400, "Greek"), (0x0530, "Cyrillic"),
    (0x0590, ""), (0x0600, "Hebrew"), (0x0780, "Arabic"), (0x0E00, ""), (0x0E80, "Thai"),
    (0x1E00, ""), (0x1F00, "Latin"), (0x2000, "Greek"), (0x3040, ""), (0x3100, "Kana"),
    (0xAC00, "Han"), (0xD7B0, "Hangul"), (0xF900, ""), (0xFB00, "Han"), (0xFB50, "Hebrew"),
    (0xFF00, "Arabic"), (0xFF66, ""), (0xFFA0, "Half-width kana"),
)  # fmt: skip
_WITH_LETTERS = ("Latin", "Greek", "Cyrillic")
_ALONE = ("Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Thai")
_OF_MANY_BYTES = ("Han", "Kana", "Hangul", "Half-width kana")
# Letters of these scripts are seldom in a text of the language.
_FOREIGN_SCRIPTS = {
    "ko": ("Han", "Kana", "Half-width kana"),
    "zh": ("Kana", "Hangul", "Half-width kana"),
    "ja": ("Hangul", "Half-width kana"),
}


def measure_languages(sample: bytes) -> dict[str, float]:
    """Return what each language costs, by the frequent ASCII words that the bytes lack of it.

    The words are the same in nearly all code pages. Empty where there are too few.
    """
    counts = Counter(word.decode().lower() for word in _SHORT_WORD.findall(sample))
    hits = {
        language: sum(min(counts[word], _MOST_COUNTED) for word in words)
        for language, words in WORDS.items()
    }
    most = max(hits.values())
    if most < _FEWEST_WORDS:
        return {}
    return {language: _OTHER_WORDS_WEIGHT * (1 - count / most) for language, count in hits.items()}


def measure_plausibility(text: str, language: str, language_costs: Mapping[str, float]) -> float:
    """Return from 0 (no one wrote this) to 1. `language` is what a first guess took it for."""
    high = [match.start() for match in _HIGH_CHARACTER.finditer(text)]
    if not high:
        return 1.0
    foreign = _FOREIGN_SCRIPTS.get(language, ())
    faults = sum(_rate_character(text, position, foreign) for position in high)
    faults += _rate_quotes(text)
    outside = _measure_outside([text[position] for position in high], language_costs)
    share = min(1.0, faults / len(high))
    # The root makes a single fault of a long text count: often it is all that tells two apart.
    oddness: float = share**0.5
    return max(0.01, 1 - share) * (1 - 0.5 * oddness) * (1 - _OUTSIDE_WEIGHT * min(outside, 1))


def _rate_character(text: str, position: int, foreign: tuple[str, ...]) -> float:
    """Return 0 for a character that is where people write such a one, more for an odd one."""
    character = text[position]
    before = text[position - 1] if position else " "
    behind = text[position + 1] if position + 1 < len(text) else " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cn", "Co", "Cs"):
        return 6
    if category[0] == "L":
        return _rate_letter(character, category, before, behind, foreign)
    if category[0] == "M":
        return 0 if before.isalpha() or unicodedata.category(before)[0] == "M" else 1
    return _rate_sign(character, before, behind)


def _rate_sign(character: str, before: str, behind: str) -> float:
    if character in _COMMON_SIGNS:
        is_within = before.isalpha() and behind.isalpha() and character not in _SIGNS_IN_WORDS
        is_in_front = character in _SIGNS_BEFORE_NO_LETTER and behind.isalpha()
        is_doubled = before.isalpha() and behind == character
        return 0.7 if is_within or is_in_front or is_doubled else 0
    is_asian = "\u3000" <= character < "\u3100" or "\uff00" <= character < "\uff66"
    if is_asian or _find_script(character) in ("Hebrew", "Arabic", "Thai"):
        return 0
    return 1.0 if before.isalpha() or behind.isalpha() else 0.6


def _rate_quotes(text: str) -> float:
    """Return what quotation marks cost that have no partner: they may be letters of another."""
    doubles = sum(map(text.count, "„“”"))
    low, opening, closing = map(text.count, "‚‘’")
    singles = max(0, low - opening - closing) + max(0, opening - low - closing)
    return doubles % 2 + singles


def _rate_letter(
    character: str, category: str, before: str, behind: str, foreign: tuple[str, ...]
) -> float:
    script = _find_script(character)
    if script in foreign:
        return 1 if script == "Kana" else 0.5
    if script in _ALONE:
        neighbours = (_find_script(c) for c in (before, behind) if c.isalpha())
        if any(other in _ALONE and other != script for other in neighbours):
            return 1
    if script in _OF_MANY_BYTES and _is_small_latin(before) and _is_small_latin(behind):
        # A single one within a word: two letters of one byte each.
        return 1
    if category == "Lu" and before.islower():
        return 1
    if category == "Ll" and before.islower() and behind.isupper():
        return 1
    return 0


def _is_small_latin(character: str) -> bool:
    return character.isascii() and character.islower()


def _measure_outside(high: list[str], language_costs: Mapping[str, float]) -> float:
    """Return how much of the letters the best language does not have, weighted; 0 for none.

    The root makes a few strange letters count: two code pages often differ in no more.
    """
    low = "".join(high).lower()
    letters = Counter(c for c in low if c.isalpha() and _find_script(c) in _WITH_LETTERS)
    count = letters.total()
    if not count:
        return 0
    missing = {
        language: sum(times for c, times in letters.items() if c not in own)
        for language, own in LETTERS.items()
    }
    usual_cost = _OTHER_WORDS_WEIGHT if language_costs else 0.0
    is_latin = any(_find_script(c) == "Latin" for c in letters)
    lowest: float = min(
        (times / count) ** 0.5 + (language_costs.get(language, usual_cost) if is_latin else 0)
        for language, times in missing.items()
    )
    return lowest * count / len(high)


@lru_cache(maxsize=4_096)
def _find_script(character: str) -> str:
    code = ord(character)
    return next((script for end, script in _BASIC_SCRIPTS if code < end), "")
