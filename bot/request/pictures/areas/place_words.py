"""Reads which of several marks a message begins with naming: “the left one”, “both”. Pure.

Such words choose, once numbered areas were shown. See `hints.py` for those within a wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.pictures.areas import AreaChoice
from bot.domain.pictures.marks import Pick
from bot.request.pictures.areas.look_words import FORMS, PLACES, ROMANCE_FORMS, find_name
from bot.request.pictures.areas.mark_names import (
    ARTICLES,
    BEHIND_NOUNS,
    JAPANESE_PATTERN,
    JOINERS,
    PUNCTUATION,
    add_sense,
    get_form,
    is_colour,
    read_group,
    read_japanese,
    split_words,
)

_FILLERS = split_words(
    """
    the a only just please on at in to of and then no ok okay yes i mean meant
    nur bitte das die der den dem auf und ich meine am im
    seulement juste ceux celles de du d'en en le les a et plus je veux dire
    solo solamente el la los las y por favor que esta mas
    """
)
_NOUNS = split_words(
    """
    one ones area areas side hand mark bereich stelle seite
    celui celle zone cote zona lado
    """
)
_ANDS = split_words("and und et y")
# “Das rote soll weg” names a thing, and “das rote Auto soll weg” does not; “the red” never does.
_ARTICLES_AS_NOUNS = ARTICLES - {"the", "my", "mon", "ma", "mi"}
_OF = split_words("of de du des von")
# So they stand behind a noun or a place only as what is wished: “das linke bitte weiß”.
_WISHED_COLOURS = split_words("rot grun blau gelb turkis violett braun schwarz weiss grau")
_JAPANESE_END_PATTERN = re.compile(r"(?:の(?:中|内側))?(?:だけ|のみ)?(?=$|[を、。,:：]|です)")
# “Right, thanks” and “top, danke” agree; “right, please” and “top” answer which one is meant.
_END = r"(?![a-z-])"
AGREEMENT_PATTERN = re.compile(
    r"^(?:(?:oh|ah|well|so|all|ok|okay|yes|yeah|yep)[, ]+)+right"
    rf"(?! (?:one|side|hand|area|circle|mark|box|please){_END}){_END}[\s,.!]*"
    rf"|^right (?:on|then|so|ok|okay|you are){_END}(?! the )[\s,.!]*"
    r"|^right(?: ?!|[,;…](?! ?(?:please|pls|only|just|(?:and (?:the )?)?(?:left|top|bottom))"
    rf"{_END})|(?= (?:thanks?|thank you|thx|cheers|great|good|perfect|got it){_END}))[\s,.!]*"
    r"|^(?:(?:ja|ok|okay|super|sehr gut|alles)[, ]+)*top"
    rf"(?: ?!|[, ]+(?=(?:danke|passt|gut|so|perfekt|super){_END}))[\s,.!]*"
)
_MAX_WORDS = 12


def parse_places(words: str) -> AreaChoice | None:
    """Return the marks that simplified `words` begin with naming, if any."""
    japanese = _parse_japanese(words)
    if japanese is not None:
        return japanese
    tokens = AGREEMENT_PATTERN.sub("", words).split()
    head = _count_head(tokens)
    picks = tuple(dict.fromkeys(_list_picks(tokens[:head])))
    if not picks or (head < len(tokens) and not _is_closed(tokens[:head], tokens[head])):
        return None
    return AreaChoice(picks=picks, is_bare=True, rest=" ".join(tokens[head:]))


def _parse_japanese(words: str) -> AreaChoice | None:
    found = JAPANESE_PATTERN.match(words)
    if found is None or not found["look"]:
        return None
    end = _JAPANESE_END_PATTERN.match(words, found.end())
    if end is None:
        return None
    rest = words[end.end() :].lstrip("をで、。 ").removeprefix("です")
    return AreaChoice(picks=(read_japanese(found),), is_bare=True, rest=rest)


def _count_head(tokens: list[str]) -> int:
    """Return how many words at the start only say which mark; a sign may end them."""
    has_colour, has_noun = False, False
    for number, token in enumerate(tokens[:_MAX_WORDS]):
        word = token.strip(PUNCTUATION)
        names_colour = is_colour(word)
        is_behind = has_noun and tokens[number - 1] not in JOINERS
        if names_colour and (has_colour or is_behind or (number > 1 and word in _WISHED_COLOURS)):
            # “The red circle blue”, “the left one blue”, “le cercle rouge en vert”: it is wished.
            return number - (tokens[number - 1] in ("en", "in", "to", "de"))
        has_colour = (has_colour or names_colour) and word not in _ANDS
        is_noun = word in ("one", "bereich", "stelle", "mark") or find_name(FORMS, word) is not None
        has_noun = (has_noun or (is_noun and not find_name(ROMANCE_FORMS, word))) and (
            word not in _ANDS
        )
        is_told = names_colour or bool(get_form(word)) or find_name(PLACES, word) is not None
        if word and word not in _FILLERS and word not in _NOUNS and not is_told:
            return number
        if token[-1] in PUNCTUATION and any(True for _ in _list_picks(tokens[: number + 1])):
            following = tokens[number + 1 : number + 2]
            if not following or following[0] not in _ANDS:
                return number + 1
    return min(len(tokens), _MAX_WORDS)


def _is_closed(head: list[str], following: str) -> bool:
    """Whether words that more follows name a thing: “the left one”, not “left” alone."""
    words = [token.strip(PUNCTUATION) for token in head]
    if words[-1] in _OF:
        return False
    if head[-1][-1] in PUNCTUATION or any(word in _NOUNS or get_form(word) for word in words):
        return True
    word = following.strip(PUNCTUATION)
    is_end = word in BEHIND_NOUNS or words[-1] in ("plus", "mas")
    is_end = is_end or is_colour(word)
    return is_end and not _ARTICLES_AS_NOUNS.isdisjoint(words)


def _list_picks(tokens: Sequence[str]) -> Iterator[Pick]:
    """Yield what groups of words between “and” tell; a colour alone needs an article."""
    group, start = list[str](), 0
    for number, token in enumerate([*tokens, "and"]):
        word = token.strip(PUNCTUATION)
        if word not in _ANDS:
            group.append(word)
            if token[-1] not in PUNCTUATION:
                continue
        pick = read_group(group)
        is_named = any(one in _NOUNS or one in ARTICLES for one in group)
        if pick.places or pick.form or (pick.colour and is_named):
            yield add_sense(pick, tokens, start, group)
        group, start = [], number + 1
