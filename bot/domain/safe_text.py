"""Makes names and text safe to show: one line, bounded, nothing invisible. Pure."""

from __future__ import annotations

import re
import unicodedata

# Characters that take no room hide what somebody writes; a class for patterns.
INVISIBLE = r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
_MAX_NAME_CHARS = 80
_MAX_NORMALIZED_NAME_CHARS = 200
# What a file is called whose name nobody has told.
DEFAULT_FILE_NAME = "file"
_MAX_ALT_TEXT_CHARS = 900
_BRACKETS = str.maketrans("[]<>", "()()")


def truncate(text: str, max_chars: int) -> str:
    """Return `text`, at most `max_chars` characters of it; an ellipsis ends what was cut."""
    return text if len(text) <= max_chars else f"{text[: max_chars - 1]}…"


def clean_name(name: str) -> str:
    """A file name as it may stand in a sentence in Slack: one line, bounded, no control codes."""
    one_line = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in name)
    harmless = " ".join(re.sub(r"[<>@`*_~|&]", " ", one_line).split())
    if len(harmless) > _MAX_NAME_CHARS:
        harmless = f"{harmless[: _MAX_NAME_CHARS - 13]}…{harmless[-12:]}"
    return harmless or "the file"


def normalize_file_name(name: str) -> str:
    """A file name as it is kept and shown to the model: its last part, one line, bounded.

    Nothing that cannot be seen or turns the writing around, no brackets that notes stand in.
    """
    last = re.split(r"[/\\]", name.strip())[-1]
    seen = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in last)
    plain = " ".join(seen.translate(_BRACKETS).split()).strip(".") or DEFAULT_FILE_NAME
    if len(plain) > _MAX_NORMALIZED_NAME_CHARS:
        plain = f"{plain[: _MAX_NORMALIZED_NAME_CHARS - 21]}…{plain[-20:]}"
    return plain


def clean_sentence(text: str) -> str:
    """Text on one line, bounded, without Slack's control sequences."""
    harmless = " ".join(re.sub(r"[<>]", " ", text).split())
    return truncate(harmless, _MAX_ALT_TEXT_CHARS)
