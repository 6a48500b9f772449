"""Prepares a message for patterns: one form for each letter, nothing that is quoted. Pure.

Code and what is in quotation marks is somebody else's, or what a picture should say: no
option and no command is read from it.
"""

from __future__ import annotations

import re
import unicodedata

_QUOTED_PATTERN = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`"
    r"|“[^“”]{0,1000}”|„[^„“”]{0,1000}[“”]|«[^«»]{0,1000}»|「[^「」]{0,1000}」|『[^『』]{0,1000}』"
    r'|"[^"\n]{0,1000}"|^>[^\n]*$',
    re.DOTALL | re.MULTILINE,
)
# The marks over Latin letters; those of kana make another letter.
_MAX_GROWTH = 3
_ACCENTS_PATTERN = re.compile(r"[\u0300-\u036f]")


def erase_quotes(text: str) -> str:
    """Return `text` with a space for each letter that is quoted or code."""
    return _QUOTED_PATTERN.sub(lambda found: " " * len(found.group()), text)


def normalize_letters(text: str) -> str:
    """Return `text` in small letters without accents, with narrow digits and plain apostrophes.

    People leave accents out, and so do the patterns that are held against this; ß is ss.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    if len(plain) > _MAX_GROWTH * len(text):
        # A few characters stand for whole sentences, and the patterns would read them all.
        plain = unicodedata.normalize("NFD", text.replace("’", "'"))
    letters = unicodedata.normalize("NFC", _ACCENTS_PATTERN.sub("", plain)).lower()
    return letters.replace("ß", "ss")
