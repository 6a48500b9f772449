"""Reads what stands around the name of a mark: whether its inside is meant, several, or all but it.

Held against simplified text, in five languages. See `mark_names.py` for the names. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.request.pictures.areas.patterns import VERB

# Behind these a mark is named that another thing shall be like, or have.
_LIKE = frozenset(("with", "like", "as", "mit", "wie", "avec", "comme", "con", "como"))
_IN = frozenset(("in", "inside", "within", "innerhalb", "dans", "dentro", "en"))
_INSIDES = frozenset(
    ("inside", "interior", "interieur", "l'interieur", "dentro", "inneres", "innere", "inneren")
)
_OF = frozenset(("of", "de", "von"))
_OF_THE = frozenset(("du", "del", "des"))
_PLURALS = re.compile(
    r"ones|circles|boxes|rectangles|arrows|strokes|highlights|marks|areas"
    r"|kreise|rechtecke|pfeile|striche|bereiche|stellen|cercles|cadres|rectangles|fleches|traits"
    r"|zones|zonas|circulos|recuadros|cuadros|rectangulos|cuadrados|flechas|trazos"
)
_PLURAL_ARTICLES = frozenset(("les", "los", "las", "ceux", "celles"))
# “Die roten”, but “die rote”.
_GERMAN_PLURAL_PATTERN = re.compile(r"\w+en")
# In a clause with the name of a mark: that one is not meant, or another.
_EXCLUDES_PATTERN = re.compile(
    r"\bnot(?! (?:so|too|very|as)\b)|\b(?:don'?t|do not|isn'?t|aren'?t|never ?mind|nvm|neither|nor"
    r"|except|excluding|exclude|instead of|rather than|other than|apart from|unlike"
    r"|(?:all|everything|everyone|anything|nothing|none|any) but"
    r"|nicht(?! (?:so|zu)\b)|kein(?:e[nmrs]?)?|ausser|bis auf|statt|anstatt|anstelle|sondern|weder"
    r"|pas(?! (?:trop|si)\b)|sauf|hormis|excepte|plutot que|au lieu|no|menos|excepto|salvo"
    r"|en vez|en lugar|wrong|incorrect[oa]?|falsch\w*|faux|fausse|mauvaise?|equivocad[oa])\b"
    r"|以外|除[いくけ]|じゃな|ではな|でな[いく]|違[いうっ]|そのまま"
)
# In front of the name of a mark.
_SPARES_PATTERN = re.compile(
    r"\b(?:without|leave|leaving|keep|keeping|forget|skip|ignore|ohne|lass(?:e|t)?|behalte|vergiss"
    r"|sans|laisse[rz]?|garde[rz]?|oublie[rz]?|sin|deja[r]?|manten|olvida)\b"
)
_CLAUSES_PATTERN = re.compile(r"[^.,:;!?…、。]+?(?=[.,:;!?…、。]|$| (?:and|und|et|y) )")
_OTHERS_PATTERN = re.compile(
    r"(?:(?P<all>(?:all|everything|every one|all of them|alles?|tout|toutes|tous|tod[oa]s?))"
    r" (?:but|except(?: for)?|apart from|ausser|bis auf|sauf|hormis|excepte|menos|excepto|salvo)"
    r"|(?:no, )?(?:just )?(?:not|nicht|pas|no(?= (?:el|la|los|las) ))) (?P<name>[^,:;]+)"
    r"|(?P<japanese>[^、,]+?)(?:(?P<but>以外(?:の?(?:全部|すべて|全て))?)|(?:じゃ|では)ない方)(?:を|です|。)?"
)
_THEN = r"(?:then |also |please |auch |dann |bitte |aussi |ensuite |tambien |luego )?"
# What cannot be drawn within the mark alone: things that move or grow, a second wish, a new one.
_BEYOND_PATTERN = re.compile(
    r"\b(?:mov(?:e|ing)|shift|drag|swap|switch places|exchange|rotate|enlarge|expand|extend|stretch"
    r"|bigger|larger|wider|taller|longer|out of|everywhere"
    r"|(?:ver)?schieb\w*|beweg\w*|(?:ver)?tausch\w*|dreh\w*|vergrosser\w*|grosser\w*|breiter|hoher"
    r"|langer|heraus|raus|deplac\w*|boug(?:e|er|ez)|echang\w*|tourne[rz]?|agrandi\w*|elargi\w*"
    r"|plus (?:grand|large|haut|long)\w*|hors|muev\w*|mover|desplaz\w*|intercambi\w*"
    r"|gir(?:a|ar|alo|ala)|agrand\w*|amplia\w*|mas (?:grande|ancho|alto|largo)\w*"
    r"|(?:an?|eine?[nm]?|une?|una) (?:\w+ ){0,2}(?:poster|logo|card|flyer|icon|banner|sticker"
    r"|plakat|karte|affiche|carte|cartel|tarjeta) (?:with|of|from|mit|aus|von|avec|de|con))\b"
    r"|動か|移[動し]|大き[くい]|広[くげ]|回転|入れ替|外に"
)
_SECOND_PATTERN = re.compile(
    rf"(?:,|;|\.|\b(?:and|und|et|y)\b) ?{_THEN}"
    rf"(?:{VERB}|add|put|give|set|draw|design|zeichne|entwirf|dessine|dibuja)\b"
    r" (?!(?:it|them|this|that|es|sie|ihn)\b)"
)


def is_inside(tokens: Sequence[str], start: int) -> bool:
    """Whether words in front of the article at `start` say that what is in the mark is meant."""
    article, before = tokens[start], tokens[max(0, start - 2) : start]
    if article == "im":
        return True
    if not before:
        return False
    if before[-1] == "en":
        return article in ("el", "la", "los", "las")
    if article in _OF_THE and before[-1] in _INSIDES:
        return True
    return before[-1] in _IN or (before[-1] in _OF and before[0] in _INSIDES)


def is_compared(tokens: Sequence[str], start: int) -> bool:
    """Whether the article at `start` names what another thing shall be like, or have."""
    return start > 0 and tokens[start - 1] in _LIKE


def is_of_several(article: str, name: Sequence[str]) -> bool:
    """Whether an article and the words of a mark's name are of several: “the red ones”."""
    if article in _PLURAL_ARTICLES or any(_PLURALS.fullmatch(word) for word in name):
        return True
    return article == "die" and bool(name) and bool(_GERMAN_PLURAL_PATTERN.fullmatch(name[0]))


def list_excluding(words: str) -> list[str]:
    """Return the parts of a message that exclude a mark, if they name one."""
    clauses = [found.group().strip() for found in _CLAUSES_PATTERN.finditer(words)]
    parts = [clause for clause in clauses if _EXCLUDES_PATTERN.search(clause)]
    spared = ((clause, _SPARES_PATTERN.search(clause)) for clause in clauses)
    return parts + [clause[found.end() :].strip() for clause, found in spared if found]


def read_excluded(words: str) -> tuple[str, bool] | None:
    """Return the name of the mark that a message only excludes, and whether all others are meant.

    That is so of “all but the red one”; “not the red one” leaves open which. None for other words.
    """
    found = _OTHERS_PATTERN.fullmatch(words.rstrip(" .!"))
    if found is None:
        return None
    return found["name"] or found["japanese"], bool(found["all"] or found["but"])


def may_go_beyond(words: str) -> bool:
    """Whether a wish surely changes more than what is inside of the mark that it names."""
    return bool(_BEYOND_PATTERN.search(words) or _SECOND_PATTERN.search(words))
