"""Names people see: file names made safe for a sentence, names and alt texts of made pictures."""

from __future__ import annotations

import re
import unicodedata

_LONGEST_NAME = 80
_LONGEST_TIDY = 200
# What a file is called whose name nobody has told.
NAMELESS = "file"
_LONGEST_ALT = 900
_BRACKETS = str.maketrans("[]<>", "()()")


def clean_name(name: str) -> str:
    """A file name as it may stand in a sentence in Slack: one line, bounded, no control codes."""
    one_line = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in name)
    harmless = " ".join(re.sub(r"[<>@`*_~|&]", " ", one_line).split())
    if len(harmless) > _LONGEST_NAME:
        harmless = f"{harmless[: _LONGEST_NAME - 13]}…{harmless[-12:]}"
    return harmless or "the file"


def tidy_name(name: str) -> str:
    """A file name as it is kept and shown to the model: its last part, one line, bounded.

    Nothing that cannot be seen or turns the writing around, no brackets that notes stand in.
    """
    last = re.split(r"[/\\]", name.strip())[-1]
    seen = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last)
    plain = " ".join(seen.translate(_BRACKETS).split()).strip(".") or NAMELESS
    if len(plain) > _LONGEST_TIDY:
        plain = f"{plain[: _LONGEST_TIDY - 21]}…{plain[-20:]}"
    return plain


def clean_sentence(text: str) -> str:
    """Text on one line, bounded, without Slack's control sequences."""
    harmless = " ".join(re.sub(r"[<>]", " ", text).split())
    return harmless if len(harmless) <= _LONGEST_ALT else f"{harmless[:_LONGEST_ALT]}…"


INVISIBLE = r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
