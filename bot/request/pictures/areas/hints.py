"""Finds the marks that a wish names anywhere: “make the inside of the blue box green”. Pure.

They are hints, which count only where marks are found. See `place_words.py` for what chooses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.pictures.marks import Pick
from bot.request.pictures.areas.look_words import (
    FORMS,
    JAPANESE_FORMS,
    PLACES,
    ROMANCE_FORMS,
    find_name,
)
from bot.request.pictures.areas.mark_names import (
    ARTICLES,
    BEHIND_NOUNS,
    JAPANESE_PATTERN,
    JOINERS,
    PUNCTUATION,
    add_sense,
    is_colour,
    read_group,
    read_japanese,
    split_words,
)
from bot.request.pictures.areas.nearby_words import is_compared

_WITHIN = split_words("in inside within im innerhalb dans dentro interieur outside ausserhalb")
_PLAIN_NOUNS = split_words("one ones mark marks area areas zone zona bereich stelle")
_BOTH_PATTERN = re.compile(
    r"\b(?:both|beide[nmrs]?|(?:les|toutes les|tous les) deux|amb[oa]s|l[oa]s dos)\b"
    r"|両方|ふたつとも|二つとも"
)
_MAX_NAME_WORDS, _MAX_HINTS = 7, 4


def find_hints(words: str) -> tuple[Pick, ...]:
    """Return the marks that simplified `words` name anywhere: “the red one”, “in the box”."""
    tokens = words.split()
    hints = [
        hint
        for number, token in enumerate(tokens)
        if token in ARTICLES
        and not is_compared(tokens, number)
        and (hint := _read_name(tokens, number))
    ]
    hints += [read_japanese(found) for found in JAPANESE_PATTERN.finditer(words) if _is_told(found)]
    if not hints and is_both(words):
        return (Pick(is_both=True),)
    return tuple(dict.fromkeys(hints))[:_MAX_HINTS]


def is_both(words: str) -> bool:
    """Whether words speak of two things, whatever they are."""
    return _BOTH_PATTERN.search(words) is not None


def _is_told(found: re.Match[str]) -> bool:
    is_form = any(words.fullmatch(found["noun"]) for words in JAPANESE_FORMS.values())
    is_inside = found.string.startswith(("の中", "の内", "の外"), found.end())
    return bool(found["noun"] and found["look"]) or (is_form and is_inside)


def _read_name(tokens: Sequence[str], start: int) -> Pick | None:
    """Return the mark that an article and the words behind it name, None if it is none."""
    group, noun = list[str](), tokens[start].startswith("cel")
    for token in tokens[start + 1 : start + 1 + _MAX_NAME_WORDS]:
        word = token.strip(PUNCTUATION)
        is_ended = token[-1] in PUNCTUATION
        is_place, names_colour = find_name(PLACES, word) is not None, is_colour(word)
        is_romance = find_name(ROMANCE_FORMS, word) is not None
        is_noun = is_romance or word in _PLAIN_NOUNS or find_name(FORMS, word) is not None
        if not (is_place or names_colour or is_noun or word in JOINERS):
            break
        if (noun and is_noun) or (names_colour and any(map(is_colour, group))):
            break
        group.append(word)
        noun = noun or is_noun
        # What follows a noun is wished for, but in French and Spanish.
        if is_ended or (is_noun and not (is_romance or word in ("zone", "zona"))):
            break
    pick, following = read_group(group), tokens[start + 1 + len(group) :]
    is_within = start > 0 and (tokens[start - 1] in _WITHIN or tokens[start] in ("im", "del", "du"))
    is_within = is_within or tokens[max(0, start - 2) : start] == ["inside", "of"]
    if noun:
        is_named = pick.places or pick.colour or (pick.form and is_within)
        return add_sense(pick, tokens, start, [tokens[start], *group]) if is_named else None
    is_end = not following or tokens[start + len(group)][-1] in PUNCTUATION
    is_alone = is_end or following[0] in BEHIND_NOUNS or is_colour(following[0])
    return pick if pick.colour and len(group) == 1 and is_alone else None
