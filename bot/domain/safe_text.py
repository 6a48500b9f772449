"""Makes file names and text safe to show: on one line, bounded, with nothing invisible. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import SupportsIndex, overload

# A character class for patterns: spaces and characters that take no room, which hide text.
INVISIBLE = r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
# The name of a file whose own name is unknown.
DEFAULT_FILE_NAME = "file"
_SECRET_PATTERN = re.compile(r"(xox[a-z]-|xapp-|sk-)[\w-]{4,}", re.IGNORECASE)
_CONTROLS_PATTERN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MAX_NAME_CHARS, _MAX_NORMALIZED_NAME_CHARS = 80, 200
_MAX_SENTENCE_CHARS = 901
# Brackets that look like those of notes for the model, by the code points of their pairs.
OPENING_BRACKETS = (
    "[\uff3b\u3010\u3014\u3016\u3018\u301a\u2045\u27e6\u2772\u298b\u298d\u298f\u2997\ufe47\ufe5d"
)
CLOSING_BRACKETS = (
    "]\uff3d\u3011\u3015\u3017\u3019\u301b\u2046\u27e7\u2773\u298c\u298e\u2990\u2998\ufe48\ufe5e"
)
# Puts parentheses in their place.
BRACKET_TRANSLATION = {
    **dict.fromkeys(map(ord, OPENING_BRACKETS + "<\uff1c\u2039\u27e8\u3008"), "("),
    **dict.fromkeys(map(ord, CLOSING_BRACKETS + ">\uff1e\u203a\u27e9\u3009"), ")"),
}
# Letters and signs that show nothing, although Unicode does not class them as spaces.
_BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5"), " ")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
# What would end a speaker's mark or format the text around a name.
_NAME_MARKS = re.compile(r"[@\uff20\ufe6b:\uff1a\ufe55\ufe13\u2236\ua789\u02d0*`~|\\#]")


class SafeText(str):
    """Text in which Slack finds no control sequence but the mention of the asker.

    `bot.delivery.escaper` makes it, and nothing else does: Slack is given no other text. A part of
    it is safe, and so are two of them joined.
    """

    __slots__ = ()

    @overload
    def __add__(self, other: SafeText, /) -> SafeText: ...
    @overload
    def __add__(self, other: str, /) -> str: ...
    def __add__(self, other: str, /) -> str:
        joined = super().__add__(other)
        return SafeText(joined) if isinstance(other, SafeText) else joined

    def __getitem__(self, key: SupportsIndex | slice, /) -> SafeText:
        return SafeText(super().__getitem__(key))


NO_TEXT = SafeText()


def truncate(text: str, max_chars: int) -> str:
    """Return `text`, cut to at most `max_chars` characters; an ellipsis shows a cut."""
    return text if len(text) <= max_chars else f"{text[: max_chars - 1]}…"


def clean_name(name: str) -> str:
    """Return a file name for a sentence in Slack: one line, bounded, without Slack's markup."""
    plain = " ".join(re.sub(r"[<>@`*_~|&]", " ", replace_invisible(name)).split())
    return _truncate_middle(plain, _MAX_NAME_CHARS, tail_chars=12) or "the file"


def normalize_file_name(name: str) -> str:
    """Return a file name to store and to show to the model: without its path, one line, bounded.

    Invisible characters and those that reverse the writing direction become spaces. Brackets become
    parentheses, because notes for the model are in brackets.
    """
    base_name = re.split(r"[/\\]", name.strip())[-1]
    plain = " ".join(replace_invisible(base_name).translate(BRACKET_TRANSLATION).split()).strip(".")
    return _truncate_middle(plain or DEFAULT_FILE_NAME, _MAX_NORMALIZED_NAME_CHARS, tail_chars=20)


def clean_display_name(name: str) -> str:
    """Return the name of a person, channel or group on one line, bounded, without any markup.

    "" if nothing of it can be seen. Slack's entities are decoded first.
    """
    text = name[:1_000]
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    text = replace_invisible(text.translate(_BLANKS)).translate(BRACKET_TRANSLATION)
    plain = " ".join(_NAME_MARKS.sub(" ", text).split())
    return (
        truncate(plain, _MAX_NAME_CHARS)
        if any(c.isprintable() and not unicodedata.combining(c) for c in plain)
        else ""
    )


def clean_sentence(text: str) -> str:
    """Return `text` on one line, bounded, without Slack's control sequences."""
    plain = " ".join(re.sub(r"[<>]", " ", text).split())
    return truncate(plain, _MAX_SENTENCE_CHARS)


def remove_controls(text: str) -> str:
    """Return `text` without control characters, but for the ends of lines and tabs, and without
    those that turn the direction of what follows, also of words that are not theirs."""
    return _CONTROLS_PATTERN.sub("", text)


def replace_invisible(text: str) -> str:
    """Return `text` with a space for each separator, control or formatting character."""
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)


def reveal_invisible(text: str, max_chars: int) -> str:
    """Return the beginning of `text` on one line, with what cannot be seen as Python writes it."""
    beginning = text[: max_chars + 1]
    shown = (char if char.isprintable() else ascii(char)[1:-1] for char in beginning)
    return truncate("".join(shown), max_chars)


def redact_secrets(text: str) -> str:
    """Return `text` without what begins as Slack's tokens and keys of providers do."""
    return _SECRET_PATTERN.sub(r"\1…", text)


def _truncate_middle(text: str, max_chars: int, *, tail_chars: int) -> str:
    """Return `text`, cut in the middle to `max_chars`, so that a file name keeps its ending."""
    if len(text) <= max_chars:
        return text
    return f"{text[: max_chars - tail_chars - 1]}…{text[-tail_chars:]}"
