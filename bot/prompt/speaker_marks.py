"""Keeps people's own text from passing for a speaker's mark or for a note of the program. Pure.

A line that begins like one gets a backslash in front of what makes it look so; the system prompt
says what that means. Any other line stays as it is.
"""

from __future__ import annotations

import re
import unicodedata

from bot.domain.safe_text import CLOSING_BRACKETS, OPENING_BRACKETS

# Spaces, and characters that take no room, by Unicode's classes Cc, Cf, Zs and blank letters.
_UNSEEN = (
    r"\s\x00-\x1f\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_COLONS = r":\uff1a\ufe55\ufe13\u2236\ua789\u02d0\u05c3\u0589\u0703\u1803"
_AT_SIGNS, _TAG_STARTS = r"@\uff20\ufe6b", r"<\uff1c\u2039\u27e8\u3008\ufe64"
_OPENING = re.escape(OPENING_BRACKETS)
_LINE_END_PATTERN = re.compile(r"(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])")
# What a line may begin with although it looks empty there, or is only formatted.
_START = rf"[{_UNSEEN}*_~`]*"
_MARK_PATTERN = re.compile(rf"({_START})(?=[{_AT_SIGNS}].{{1,120}}?[{_COLONS}])")
_TAG_PATTERN = re.compile(rf"({_START})(?=[{_TAG_STARTS}][{_UNSEEN}/]*file\b)", re.IGNORECASE)
_BRACKET_PATTERN = re.compile(rf"({_START})(?=[{_OPENING}])")
_SUSPECTS = re.compile(rf"[{_AT_SIGNS}{_OPENING}{_TAG_STARTS}]")
_NOTE_SUSPECTS = re.compile(rf"[{_OPENING}]")
# The mark of Easel's name at the start of a message goes, with what follows it.
_QUOTE_PATTERN = re.compile(rf"(?:\x00[ \t:,]*)?(?:{_START}[>\uff1e\ufe65])+")
# Lines of logs and lists of tasks, and links, begin with a bracket and are no notes.
_HARMLESS_WORDS = frozenset(
    ("TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL", "x", "X")
)
_CLOSING_PATTERN = re.compile(f"[{re.escape(CLOSING_BRACKETS)}]")
_ESCAPE = "\\"


def escape_marks(text: str, *, is_labelled: bool = True) -> str:
    """Return `text` with a backslash in each line that begins like a mark or a note.

    `is_labelled`: a speaker's mark precedes the first line, which may address somebody then.
    """
    if not _SUSPECTS.search(text):
        return text
    parts = _LINE_END_PATTERN.split(text)
    for index in range(0, len(parts), 2):
        parts[index] = _escape_line(parts[index], may_address=is_labelled and index == 0)
    return "".join(parts)


def escape_quoted_notes(text: str, *, is_quoted: bool = False) -> str:
    """Return `text` with a backslash in each line of a quote that begins like a note.

    Messages that were forwarded are headed by a note in a quote, and anybody may type a quote.
    `is_quoted`: all of `text` becomes a quote.
    """
    if not _NOTE_SUSPECTS.search(text):
        return text
    parts = _LINE_END_PATTERN.split(text)
    for index in range(0, len(parts), 2):
        quoted = _QUOTE_PATTERN.match(parts[index])
        if quoted or is_quoted:
            start = quoted.end() if quoted else 0
            parts[index] = parts[index][:start] + _escape_note(parts[index][start:])
    return "".join(parts)


def _escape_line(line: str, *, may_address: bool) -> str:
    found = _TAG_PATTERN.match(line) or (None if may_address else _MARK_PATTERN.match(line))
    return _escape_note(line) if found is None else f"{found[1]}{_ESCAPE}{line[found.end() :]}"


def _escape_note(line: str) -> str:
    found = _BRACKET_PATTERN.match(line)
    if found is None or not _is_note_like(line[found.end() :]):
        return line
    return f"{found[1]}{_ESCAPE}{line[found.end() :]}"


def _is_note_like(text: str) -> bool:
    """Whether `text`, which begins with a bracket, can be taken for a note: one holds words."""
    closing = _CLOSING_PATTERN.search(text)
    words = unicodedata.normalize("NFKC", text[1 : closing.start()] if closing else text[1:200])
    if closing is not None and text[0] == "[":
        rest = text[closing.end() :]
        if words in _HARMLESS_WORDS or rest.startswith(("(http", "(<http", "(mailto:")):
            return False
    if text[0] in "[\uff3b":
        # Times of logs hold single letters, such as T and Z.
        letters = [c for c in words if c.isalpha()]
        return len(letters) > 2 or (len(letters) == 2 and "".join(letters) in words)
    # In Chinese and Japanese such brackets are usual; notes of the program are in English.
    return any("a" <= c <= "z" for c in words.lower())
