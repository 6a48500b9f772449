"""Reads which of several marks is meant: “the left one”, “der rote Kreis”, “both”. Pure.

At the start of a message such words choose, once numbered areas were shown. Within a wish (“make
the inside of the blue box green”) they are hints, which count only where marks are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.pictures.areas import AreaChoice
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
from bot.request.pictures.areas.nearby_words import is_compared, is_inside, is_of_several


def _split(words: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", words))


_FILLERS = _split(
    """
    the a only just please on at in to of and then no ok okay yes i mean meant
    nur bitte das die der den dem auf und ich meine am im
    seulement juste ceux celles de du d'en en le les a et plus je veux dire
    solo solamente el la los las y por favor que esta mas
    """
)
_NOUNS = _split(
    """
    one ones area areas side hand mark bereich stelle seite
    celui celle zone cote zona lado
    """
)
_ANDS = _split("and und et y")
_ARTICLES = _split(
    """
    the my das die der den dem des im vom mein meinem meinen le la les du mon ma
    el los las del mi celui celle ceux celles
    """
)
# “Das rote soll weg” names a thing, and “das rote Auto soll weg” does not; “the red” never does.
_ARTICLES_AS_NOUNS = _ARTICLES - {"the", "my", "mon", "ma", "mi"}
_BEHIND_NOUNS = _split(
    """
    weg soll sollen sollte sollten muss mussen kann darf da dort hier in zu durch mit heller dunkler
    kleiner grosser entfernen loschen machen farben andern ersetzen aufhellen abdunkeln
    en doit doivent devrait peut par la-bas
    debe deben tiene puede por alli
    """
)
_OF = _split("of de du des von")
_JOINERS = _split("de du d'en en of on at most plus mas la le a mit in")
_WITHIN = _split("in inside within im innerhalb dans dentro interieur outside ausserhalb")
# So they stand behind a noun or a place only as what is wished: “das linke bitte weiß”.
_WISHED_COLOURS = _split("rot grun blau gelb turkis violett braun schwarz weiss grau")
_PLAIN_NOUNS = _split("one ones mark marks area areas zone zona bereich stelle")
_BOTH_PATTERN = re.compile(
    r"\b(?:both|beide[nmrs]?|(?:les|toutes les|tous les) deux|amb[oa]s|l[oa]s dos)\b"
    r"|両方|ふたつとも|二つとも"
)
_JAPANESE_LOOK = "|".join(
    words.pattern for table in (JAPANESE_PLACES, JAPANESE_COLOURS) for words in table.values()
)
_JAPANESE_NOUN = "|".join(words.pattern for words in JAPANESE_FORMS.values())
_JAPANESE_PATTERN = re.compile(
    rf"(?P<look>(?:(?:一番|もっとも|最も)?(?:{_JAPANESE_LOOK})(?:側|色)?(?:い(?!い))?の?)*)"
    rf"(?P<noun>{_JAPANESE_NOUN}|方|もの|やつ|印|マーク|範囲|領域|エリア|(?=[を、。,:：]|だけ|$|です))"
)
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
_MAX_WORDS, _MAX_NAME_WORDS, _MAX_HINTS = 12, 7, 4
_PUNCTUATION = ".,:;!…?"


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
    found = _JAPANESE_PATTERN.match(words)
    if found is None or not found["look"]:
        return None
    end = _JAPANESE_END_PATTERN.match(words, found.end())
    if end is None:
        return None
    rest = words[end.end() :].lstrip("をで、。 ").removeprefix("です")
    return AreaChoice(picks=(_read_japanese(found),), is_bare=True, rest=rest)


def _read_japanese(found: re.Match[str]) -> Pick:
    colours = find_names(JAPANESE_COLOURS, found["look"])
    forms = find_names(JAPANESE_FORMS, found["noun"])
    places = find_names(JAPANESE_PLACES, found["look"])
    inside = found.string.startswith(("の中", "の内"), found.end())
    colour, form = colours[0] if colours else None, forms[0] if forms else None
    return Pick(places, colour, form, is_inside=inside)


def _count_head(tokens: list[str]) -> int:
    """Return how many words at the start only say which mark; a sign may end them."""
    has_colour, has_noun = False, False
    for number, token in enumerate(tokens[:_MAX_WORDS]):
        word = token.strip(_PUNCTUATION)
        is_colour = find_name(COLOURS, word) is not None
        is_behind = has_noun and tokens[number - 1] not in _JOINERS
        if is_colour and (has_colour or is_behind or (number > 1 and word in _WISHED_COLOURS)):
            # “The red circle blue”, “the left one blue”, “le cercle rouge en vert”: it is wished.
            return number - (tokens[number - 1] in ("en", "in", "to", "de"))
        has_colour = (has_colour or is_colour) and word not in _ANDS
        is_noun = word in ("one", "bereich", "stelle", "mark") or find_name(FORMS, word) is not None
        has_noun = (has_noun or (is_noun and not find_name(ROMANCE_FORMS, word))) and (
            word not in _ANDS
        )
        is_told = is_colour or bool(_get_form(word)) or find_name(PLACES, word) is not None
        if word and word not in _FILLERS and word not in _NOUNS and not is_told:
            return number
        if token[-1] in _PUNCTUATION and any(True for _ in _list_picks(tokens[: number + 1])):
            following = tokens[number + 1 : number + 2]
            if not following or following[0] not in _ANDS:
                return number + 1
    return min(len(tokens), _MAX_WORDS)


def _is_closed(head: list[str], following: str) -> bool:
    """Whether words that more follows name a thing: “the left one”, not “left” alone."""
    words = [token.strip(_PUNCTUATION) for token in head]
    if words[-1] in _OF:
        return False
    if head[-1][-1] in _PUNCTUATION or any(word in _NOUNS or _get_form(word) for word in words):
        return True
    word = following.strip(_PUNCTUATION)
    is_end = word in _BEHIND_NOUNS or words[-1] in ("plus", "mas")
    is_end = is_end or find_name(COLOURS, word) is not None
    return is_end and not _ARTICLES_AS_NOUNS.isdisjoint(words)


def _list_picks(tokens: Sequence[str]) -> Iterator[Pick]:
    """Yield what groups of words between “and” tell; a colour alone needs an article."""
    group, start = list[str](), 0
    for number, token in enumerate([*tokens, "and"]):
        word = token.strip(_PUNCTUATION)
        if word not in _ANDS:
            group.append(word)
            if token[-1] not in _PUNCTUATION:
                continue
        pick = _read_group(group)
        is_named = any(one in _NOUNS or one in _ARTICLES for one in group)
        if pick.places or pick.form or (pick.colour and is_named):
            yield _add_sense(pick, tokens, start, group)
        group, start = [], number + 1


def _add_sense(pick: Pick, tokens: Sequence[str], start: int, group: Sequence[str]) -> Pick:
    """Return a pick with what the words around its name say: a group of the tokens at `start`."""
    article = next((number for number, word in enumerate(group) if word in _ARTICLES), -1)
    several = is_of_several(group[max(0, article)], group[article + 1 :])
    inside = is_inside(tokens, start + max(0, article))
    return replace(pick, is_plural=several, is_inside=inside)


def _read_group(group: Sequence[str]) -> Pick:
    """Return what some words tell of a mark."""
    names = [(find_name(PLACES, word), find_name(COLOURS, word), _get_form(word)) for word in group]
    return Pick(
        tuple(dict.fromkeys(place for place, _, _ in names if place)),
        next((colour for _, colour, _ in names if colour), None),
        next((form for _, _, form in names if form), None),
    )


def _get_form(word: str) -> Form | None:
    return find_name(FORMS, word) or find_name(ROMANCE_FORMS, word)


def find_hints(words: str) -> tuple[Pick, ...]:
    """Return the marks that simplified `words` name anywhere: “the red one”, “in the box”."""
    tokens = words.split()
    hints = [
        hint
        for number, token in enumerate(tokens)
        if token in _ARTICLES
        and not is_compared(tokens, number)
        and (hint := _read_name(tokens, number))
    ]
    hints += [
        _read_japanese(found) for found in _JAPANESE_PATTERN.finditer(words) if _is_told(found)
    ]
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
        word = token.strip(_PUNCTUATION)
        is_ended = token[-1] in _PUNCTUATION
        place, colour = find_name(PLACES, word), find_name(COLOURS, word)
        is_romance = find_name(ROMANCE_FORMS, word) is not None
        is_noun = is_romance or word in _PLAIN_NOUNS or find_name(FORMS, word) is not None
        if not (place or colour or is_noun or word in _JOINERS):
            break
        has_colour = any(find_name(COLOURS, one) is not None for one in group)
        if (noun and is_noun) or (has_colour and colour):
            break
        group.append(word)
        noun = noun or is_noun
        # What follows a noun is wished for, but in French and Spanish.
        if is_ended or (is_noun and not (is_romance or word in ("zone", "zona"))):
            break
    pick, following = _read_group(group), tokens[start + 1 + len(group) :]
    is_within = start > 0 and (tokens[start - 1] in _WITHIN or tokens[start] in ("im", "del", "du"))
    is_within = is_within or tokens[max(0, start - 2) : start] == ["inside", "of"]
    if noun:
        is_named = pick.places or pick.colour or (pick.form and is_within)
        return _add_sense(pick, tokens, start, [tokens[start], *group]) if is_named else None
    is_alone = not following or tokens[start + len(group)][-1] in _PUNCTUATION
    is_alone = (
        is_alone or following[0] in _BEHIND_NOUNS or find_name(COLOURS, following[0]) is not None
    )
    return pick if pick.colour and len(group) == 1 and is_alone else None
