"""Makes file names and text safe to show: on one line, bounded, with nothing invisible. Pure."""

from __future__ import annotations

import re
import unicodedata

# A character class for patterns: spaces and characters that take no room, which hide text.
INVISIBLE = r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
# The name of a file whose own name is unknown.
DEFAULT_FILE_NAME = "file"
_MAX_NAME_CHARS, _MAX_NORMALIZED_NAME_CHARS = 80, 200
_MAX_SENTENCE_CHARS = 901
_BRACKETS = str.maketrans("[]<>", "()()")


def truncate(text: str, max_chars: int) -> str:
    """Return `text`, cut to at most `max_chars` characters; an ellipsis shows a cut."""
    return text if len(text) <= max_chars else f"{text[: max_chars - 1]}…"


def clean_name(name: str) -> str:
    """Return a file name for a sentence in Slack: one line, bounded, without Slack's markup."""
    plain = " ".join(re.sub(r"[<>@`*_~|&]", " ", _replace_invisible(name)).split())
    return _truncate_middle(plain, _MAX_NAME_CHARS, tail_chars=12) or "the file"


def normalize_file_name(name: str) -> str:
    """Return a file name to store and to show to the model: without its path, one line, bounded.

    Invisible characters and those that reverse the writing direction become spaces. Brackets become
    parentheses, because notes for the model are in brackets.
    """
    base_name = re.split(r"[/\\]", name.strip())[-1]
    plain = " ".join(_replace_invisible(base_name).translate(_BRACKETS).split()).strip(".")
    return _truncate_middle(plain or DEFAULT_FILE_NAME, _MAX_NORMALIZED_NAME_CHARS, tail_chars=20)


def clean_sentence(text: str) -> str:
    """Return `text` on one line, bounded, without Slack's control sequences."""
    plain = " ".join(re.sub(r"[<>]", " ", text).split())
    return truncate(plain, _MAX_SENTENCE_CHARS)


def _replace_invisible(text: str) -> str:
    """Return `text` with a space for each separator, control or formatting character."""
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)


def _truncate_middle(text: str, max_chars: int, *, tail_chars: int) -> str:
    """Return `text`, cut in the middle to `max_chars`, so that a file name keeps its ending."""
    if len(text) <= max_chars:
        return text
    return f"{text[: max_chars - tail_chars - 1]}…{text[-tail_chars:]}"
