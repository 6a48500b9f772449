"""Finds the names of picture files in a message that may be a command: “crop photo.jpg”. Pure.

A name is any word to the tables of words: what is said of it is read from the rest of the message.
Which file of a thread is meant is for `bot.commands.subjects`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.pictures.endings import PICTURE_ENDINGS
from bot.request.own_words import normalize_letters

# What stands for a name while the other words are read; of no alphabet.
NAME_SIGNS = "".join(map(chr, range(0xE000, 0xE00A)))
NAME_PATTERN = rf"[{NAME_SIGNS[0]}-{NAME_SIGNS[-1]}]"
_ENDING = rf"(?:{'|'.join(re.escape(one) for one in PICTURE_ENDINGS)})(?![a-z0-9])"
_QUOTED_PATTERN = re.compile(
    rf"[\"'`“”„«「‘]\s?(?P<name>[^\"'`“”„«»「」‘’/\\\n]{{1,80}}?{_ENDING})\s?[\"'`“”»」’]"
)
# Japanese has no space before a name.
_PLAIN_PATTERN = re.compile(rf"(?P<name>[a-z0-9_.()~+@-]{{0,80}}[a-z0-9_)]{_ENDING})")
# No pattern of names: “*.png”.
_WORD_PATTERN = re.compile(rf"(?P<name>[^\s\"'`“”„«»「」,;:/\\*?%${{}}|<>&=]{{1,80}}?{_ENDING})")
_OTHERS_PATTERN = re.compile(r"\bv\d{1,4}\b|[\"'`“”„«»「」<>,;:/\\]")
_ENDING_PATTERN = re.compile(rf"\S{_ENDING}")
# Names are long.
_MAX_CHARS = 300
# The most words of a name.
_MAX_NAME_WORDS = 8


def has_called(line: str) -> bool:
    """Whether a short message has the name of a picture file in it."""
    return len(line) <= _MAX_CHARS and bool(_ENDING_PATTERN.search(normalize_letters(line)))


def has_quoted(text: str) -> bool:
    """Whether the name of a picture file is quoted in `text`."""
    return bool(_QUOTED_PATTERN.search(normalize_letters(text)))


def list_called(words: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield simplified `words` with a sign in place of each name, and the names by their signs: the
    likeliest first, as a name may have spaces in it."""
    if re.search(NAME_PATTERN, words):
        return
    quoted, names = _replace(_QUOTED_PATTERN, words, ())
    seen = set[str]()
    for pattern in (_PLAIN_PATTERN, _WORD_PATTERN):
        replaced, found = _replace(pattern, quoted, names)
        if found and replaced not in seen:
            seen.add(replaced)
            yield replaced, found
    if not names:
        yield from _list_long_names(quoted)


def _replace(
    pattern: re.Pattern[str], words: str, names: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """Replace what a pattern finds, after the `names` that have a sign already."""
    found = [*names]
    while len(found) < len(NAME_SIGNS) and (match := pattern.search(words)):
        words = words[: match.start()] + NAME_SIGNS[len(found)] + words[match.end() :]
        found.append(match["name"])
    if pattern.search(words):
        return words, ()  # more than can be meant
    return words, tuple(found)


def _list_long_names(words: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield one name with more and more of the words before it, as programs give them: “Screenshot
    2026-11-29 at 10.15.png”. Others with spaces are quoted."""
    last = _WORD_PATTERN.search(words)
    if last is None or _WORD_PATTERN.search(words, last.end()):
        return
    starts = [one.start() for one in re.finditer(r"\S+", words[: last.start()])]
    for start in starts[: -_MAX_NAME_WORDS - 1 : -1]:
        name = words[start : last.end()]
        if _OTHERS_PATTERN.search(name):
            return
        if re.search(r"\d", words[start : last.start()]):
            yield words[:start] + NAME_SIGNS[0] + words[last.end() :], (name,)
