"""Reads the name of a mark: “left”, “red circle”, “das rote”, “左の丸”. Pure.

See `look_words.py` for the words, and `place_words.py` and `hints.py` for where such names count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.pictures.marks import Form, Pick
from bot.request.pictures.areas.look_words import (
    COLOURS,
    FORMS,
    JAPANESE_COLOURS,
    JAPANESE_FORMS,
    JAPANESE_PLACES,
    PLACES,
    ROMANCE_FORMS,
    find_name,
    find_names,
)
from bot.request.pictures.areas.nearby_words import is_inside, is_of_several


def split_words(words: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", words))


ARTICLES = split_words(
    """
    the my das die der den dem des im vom mein meinem meinen le la les du mon ma
    el los las del mi celui celle ceux celles
    """
)
BEHIND_NOUNS = split_words(
    """
    weg soll sollen sollte sollten muss mussen kann darf da dort hier in zu durch mit heller dunkler
    kleiner grosser entfernen loschen machen farben andern ersetzen aufhellen abdunkeln
    en doit doivent devrait peut par la-bas
    debe deben tiene puede por alli
    """
)
JOINERS = split_words("de du d'en en of on at most plus mas la le a mit in")
_JAPANESE_LOOK = "|".join(
    words.pattern for table in (JAPANESE_PLACES, JAPANESE_COLOURS) for words in table.values()
)
_JAPANESE_NOUN = "|".join(words.pattern for words in JAPANESE_FORMS.values())
JAPANESE_PATTERN = re.compile(
    rf"(?P<look>(?:(?:一番|もっとも|最も)?(?:{_JAPANESE_LOOK})(?:側|色)?(?:い(?!い))?の?)*)"
    rf"(?P<noun>{_JAPANESE_NOUN}|方|もの|やつ|印|マーク|範囲|領域|エリア|(?=[を、。,:：]|だけ|$|です))"
)
PUNCTUATION = ".,:;!…?"


def read_group(group: Sequence[str]) -> Pick:
    """Return what some words tell of a mark."""
    names = [(find_name(PLACES, word), find_name(COLOURS, word), get_form(word)) for word in group]
    return Pick(
        tuple(dict.fromkeys(place for place, _, _ in names if place)),
        next((colour for _, colour, _ in names if colour), None),
        next((form for _, _, form in names if form), None),
    )


def add_sense(pick: Pick, tokens: Sequence[str], start: int, group: Sequence[str]) -> Pick:
    """Return a pick with what the words around its name say: a group of the tokens at `start`."""
    article = next((number for number, word in enumerate(group) if word in ARTICLES), -1)
    several = is_of_several(group[max(0, article)], group[article + 1 :])
    inside = is_inside(tokens, start + max(0, article))
    return replace(pick, is_plural=several, is_inside=inside)


def get_form(word: str) -> Form | None:
    """Return the form that a noun of any language names."""
    return find_name(FORMS, word) or find_name(ROMANCE_FORMS, word)


def is_colour(word: str) -> bool:
    return find_name(COLOURS, word) is not None


def read_japanese(found: re.Match[str]) -> Pick:
    """Return the mark that a match of `JAPANESE_PATTERN` names."""
    colours = find_names(JAPANESE_COLOURS, found["look"])
    forms = find_names(JAPANESE_FORMS, found["noun"])
    places = find_names(JAPANESE_PLACES, found["look"])
    inside = found.string.startswith(("の中", "の内"), found.end())
    colour, form = colours[0] if colours else None, forms[0] if forms else None
    return Pick(places, colour, form, is_inside=inside)
