"""Reads which of several areas is meant by its place: “the left one”, “das obere”. Pure.

Counts only after numbered areas were shown, so that little else can be meant.
"""

from __future__ import annotations

import re

from bot.domain.pictures.areas import AreaChoice, Place

# Held against simplified text, word by word.
_PLACES = {
    Place.LEFT: r"left(?:most|-hand)?|linke[nrsm]?|links|gauche|izquierd[ao]",
    Place.RIGHT: r"right(?:most|-hand)?|rechte[nrsm]?|rechts|droite|derech[ao]",
    Place.TOP: r"top(?:most)?|upper(?:most)?|ober(?:e|ste)[nrsm]?|oben|haut|arriba|superior",
    Place.BOTTOM: r"bottom(?:most)?|lower(?:most)?|unter(?:e|ste)[nrsm]?|unten|bas|abajo|inferior",
    Place.MIDDLE: r"middle|cent(?:er|re)|mittlere[nrsm]?|mitte|milieu|medio|centro",
    Place.LARGEST: r"large[r]?|largest|big(?:ger|gest)?|gross(?:e|ere|te)?[nrsm]?|grande|mayor",
    Place.SMALLEST: r"small(?:er|est)?|klein(?:e|ere|ste)?[nrsm]?|petite?|pequen[ao]|menor",
}
_PATTERNS = {place: re.compile(words) for place, words in _PLACES.items()}
_FILLERS = frozenset(
    re.findall(
        r"\S+",
        """
        the a only just please on at in to of and then no ok okay yes i mean meant
        nur bitte dem auf und ich meine am im
        seulement juste ceux celles de du d'en en le les a et plus je veux dire
        solo solamente los las y por favor que esta mas
        """,
    )
)
_NOUNS = frozenset(
    re.findall(
        r"\S+",
        """
        one ones area areas side hand mark circle box das die der den bereich stelle seite
        celui celle zone cote el la zona lado
        """,
    )
)
_JAPANESE = {
    Place.LEFT: "左",
    Place.RIGHT: "右",
    Place.TOP: "上",
    Place.BOTTOM: "下",
    Place.MIDDLE: "真ん中|中央",
    Place.LARGEST: "大きい",
    Place.SMALLEST: "小さい",
}
_JAPANESE_PATTERN = re.compile(
    rf"^(?P<place>{'|'.join(_JAPANESE.values())})(?:側)?(?:の)?(?:方|もの|やつ|の|範囲|領域|エリア)?"
    r"(?:だけ|のみ)?(?=$|[を、。,:：]|です)"
)
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
_PUNCTUATION = ".,:;!…"


def parse_places(words: str) -> AreaChoice | None:
    """Return the areas that simplified `words` begin with naming by their places, if any."""
    found = _JAPANESE_PATTERN.match(words)
    if found is not None:
        places = tuple(
            place for place, text in _JAPANESE.items() if found["place"] in text.split("|")
        )
        return AreaChoice(
            places=places, is_bare=True, rest=words[found.end() :].lstrip("をで、。 ")
        )
    tokens = AGREEMENT_PATTERN.sub("", words).split()
    head = _count_head(tokens)
    places = tuple(dict.fromkeys(place for token in tokens[:head] if (place := _get_place(token))))
    if not places or (head < len(tokens) and not _is_closed(tokens[:head])):
        return None
    return AreaChoice(places=places, is_bare=True, rest=" ".join(tokens[head:]))


def _count_head(tokens: list[str]) -> int:
    """Return how many words at the start only say which area; a sign may end them."""
    for number, token in enumerate(tokens[:_MAX_WORDS]):
        word = token.strip(_PUNCTUATION)
        if word and word not in _FILLERS and word not in _NOUNS and _get_place(token) is None:
            return number
        if token[-1] in _PUNCTUATION and any(_get_place(one) for one in tokens[: number + 1]):
            following = tokens[number + 1 : number + 2]
            if not following or following[0] not in ("and", "und", "et", "y"):
                return number + 1
    return min(len(tokens), _MAX_WORDS)


def _is_closed(head: list[str]) -> bool:
    """Whether words that more follows name a thing: “the left one”, not “left” alone."""
    return head[-1][-1] in _PUNCTUATION or any(word in _NOUNS for word in head)


def _get_place(token: str) -> Place | None:
    word = token.strip(_PUNCTUATION)
    return next((place for place, one in _PATTERNS.items() if one.fullmatch(word)), None)
