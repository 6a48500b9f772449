"""What a short message says, without signs, accents and Easel's name. Pure."""

from __future__ import annotations

import re
import unicodedata

from bot.request.own_words import normalize_letters

_NAME_PATTERN = re.compile(r"(?<!\w)@easel\b|<@[a-z0-9]+>")
# Each message is looked at several times, and most hold nothing else.
_ASCII_SIGNS_PATTERN = re.compile(r"[^a-z0-9']+")
# What people put before and after the words that count, as a pattern.
PADDING = (
    r"(?:please|pls|now|ok(?:ay)?|hey|no|easel|just|bitte|jetzt|nein|doch|sofort|mal|bitte mal"
    r"|s'il te plait|s'il vous plait|stp|svp|maintenant|non|por favor|porfa|ahora|ya|oye)"
)


def normalize_words(text: str) -> str:
    """Return the words of `text` in small letters, with one space between them."""
    simple = _NAME_PATTERN.sub(" ", normalize_letters(text.strip()))
    if simple.isascii():
        return _ASCII_SIGNS_PATTERN.sub(" ", simple).strip()
    return " ".join("".join(char if _is_of_word(char) else " " for char in simple).split())


def _is_of_word(char: str) -> bool:
    return char == "'" or unicodedata.category(char)[0] in "LNM"
