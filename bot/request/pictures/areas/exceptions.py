"""Reads where the area that a message names is what stays: “everything except B3”. Pure.

Each area becomes one sign first, so that the words around it can be held against patterns in five
languages. Where it is not sure what changes and what stays, no mask is better than a wrong one.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from bot.request.pictures.areas.patterns import (
    AREA_NUMBERS,
    CELLS,
    DRAWN,
    MARKS_PATTERN,
    ORDINALS,
    POINTS_PATTERN,
    POLITE_PATTERN,
    VERB,
)

_NTH = rf"(?:{'|'.join(ORDINALS)})(?: one)?(?![a-z0-9])"
# In French and Spanish what tells one mark from another follows.
_AFTER = r"(?: (?:rouge|bleu|vert|jaune|noir|blanc|rojo|azul|verde|amarillo|negro|blanco))?\b"
_AREA_PATTERN = re.compile(
    rf"{CELLS}|{MARKS_PATTERN.pattern}|{POINTS_PATTERN.pattern}|(?<=not ){DRAWN}\b"
    r"|(?<=outside )(?:of )?(?:the|my) (?:\w+ ){0,2}"
    r"(?:circles?|ring|outline|lasso|box|rectangle|square|frame)\b"
    r"|(?<=ausserhalb )(?:des|vom|meines) (?:\w+ ){0,2}"
    r"(?:kreis(?:es)?|kastens?|rahmens?|rechtecks?)\b"
    rf"|(?<=hors )d[ue] (?:mon )?(?:cercle|cadre|carre){_AFTER}"
    rf"|(?<=fuera )de(?: mi|l) (?:circulo|recuadro|cuadro){_AFTER}"
    r"|(?:[赤青緑黄黒白紫]い?色?の?)?(?:[丸円枠]|四角)(?=の外)"
    rf"|(?<![\w.]){AREA_NUMBERS}(?:番目?)?(?=\s*(?:$|[:：,.!;])|以外|を除)|{_NTH}(?=\s*(?:$|[:,.!;]))"
)
_SIGN = "§"
# Up to four words of the clause stand between an exception and its area: “except the car I …”.
_GAP = rf"(?:(?:d(?:em|as|en|er|ie),|[^\s.:;,!{_SIGN}]+) ){{0,4}}"
_NEAR_GAP = (
    r"(?:(?:for|in|inside|of|on|at|the(?: \w+)?|what|whatever|that|which|those|all|only|cells?"
    r"|areas?|von|im|auf|dem,?|das,?|den|der|die,?|was|feld(?:er)?|bereich"
    r"|ich|i|ce|ceux|que|qui|de|dans|la(?: \w+)?|le|les|case|a|lo|el|los|las|en|casilla) ?){0,4}"
)
_NOT_ONLY = r"(?! (?:only|just|nur|bloss|seulement|uniquement|solo|solamente)\b)"
_EXCEPT = (
    r"\b(?:except(?:ing)?(?: for)?|excluding|(?:apart|aside) from|other than|save for"
    r"|with the exception of|exclude|outside of"
    r"|ausser(?:halb(?: von)?)?|bis auf|ausgenommen|mit ausnahme (?:von|de[rs])|abgesehen von"
    r"|sauf|hormis|excepte|a l'exception d[eu]s?|en dehors d[eu]s?|a part(?= (?:c|l[ae]s? |§))"
    r"|excepto|salvo|a excepcion de|aparte de)\b(?! (?:that|this|ca|eso)\b[,.])"
)
# These mean much else, and count right before an area only.
_BUT = (
    r"\b(?:outside|(?:all|everything) around|but|not|nicht|ausserhalb"
    r"|(?:de)?hors|menos|fuera(?: de)?|pas)\b"
)
_UNTOUCHED = (
    r"(?:(?:don'?t|do not|never|without|not) (?:chang|touch|edit|alter|modify|affect|includ|remov"
    r"|delet|eras|colou?r|recolou?r)\w*"
    r"|keep(?:ing)?|leav(?:e|ing)|preserve|protect|lass(?:e|en)?|behalte|erhalte|schutze"
    r"|ne (?:change|touche|modifie)[rz]? pas(?: a)?|sans (?:changer|toucher|modifier)(?: a)?"
    r"|garde[rz]?|laisse[rz]?|conserve[rz]?"
    r"|no (?:cambi|toqu|modifi)\w+|sin (?:cambiar|tocar|modificar)|deja\w*|manten\w*|conserva\w*)"
)
_STAYS = (
    r"(?:stays?|remains?|unchanged|untouched|unaltered|as (?:it|they) (?:is|are|was|were)|as is"
    r"|alone|bleib\w*|unverandert|unberuhrt|wie (?:es|er|sie) (?:ist|sind|war)|nicht andern"
    r"|tel(?:le)?s? quel\w*|intact\w*|inchange\w*|(?<!le )reste(?:nt|r)?|tal (?:cual|como)|igual"
    r"|sin cambi\w+)"
)
_STAYS_JA = r"(?:そのまま|変え(?:ない|ず)|変更し(?:ない|ず)|触らない|いじらない|残して)"
_KEPT_PATTERNS = (
    re.compile(rf"\b{_UNTOUCHED} {_NEAR_GAP}{_SIGN}"),
    re.compile(rf"{_SIGN}(?: (?!the |den |le |el )[^\s.:;,!{_SIGN}]+){{0,2}} {_STAYS}\b"),
    re.compile(rf"{_SIGN}[^\s、。以]{{0,6}}[はを]{_STAYS_JA}"),
)
_EXCEPT_PATTERNS = (
    re.compile(rf"{_EXCEPT} {_GAP}{_SIGN}"),
    re.compile(rf"{_SIGN}[^\s、。以]{{0,6}}(?:以外|を除(?:いて|く|き)?|のほか|の外側?)"),
)
_BUT_PATTERNS = (re.compile(rf"{_BUT}{_NOT_ONLY} {_NEAR_GAP}{_SIGN}"),)
_LOOSE_PATTERN = re.compile(
    rf"{_EXCEPT}|(?<!それ)(?<!これ)以外|を除[いくき]|(?<=not ){DRAWN}"
    r"|\b(?:not only|nicht nur|pas seulement|no solo)\b|だけ(?:で|じゃ)な"
)
_ALL = (
    r"(?:everything|all(?: of it)?|anything|(?:the )?(?:whole |entire )?(?:picture|image|photo)"
    r"|alles?|das (?:ganze )?bild|tout(?:e l'image)?|l'image|tod[oa]s?(?: la imagen)?|la imagen"
    r"|全[体部]|すべて)"
)
_REST = (
    r"(?:\bthe (?:rest|others?|remainder)\b|\b(?:everything|all|anything|nothing) else\b"
    r"|\b(?:de[rnm]|das) (?:rest|ubrige)\b|\balles (?:andere|ubrige)\b"
    r"|\ble reste\b|\btout le reste\b|\brien d'autre\b|\bel resto\b|\b(?:lo|nada) (?:demas|mas)\b"
    r"|残り|(?:それ|これ)以外|(?<![のをは])他[はのを])"
)
_REST_PATTERN = re.compile(_REST)
_WHOLE_PATTERN = re.compile(rf"{_REST}|(?<!\w){_ALL}(?!\w)")
_KEEPING_PATTERN = re.compile(
    rf"\b(?:{_UNTOUCHED}|{_STAYS}|don'?t|do not|never|without|not|nothing|nicht|nichts|ohne|ne|pas"
    rf"|rien|sans|no|nada|sin)\b|{_STAYS_JA}"
)
# “Leave everything as it is except B3”: there B3 is what changes.
_KEEPING_END_PATTERN = re.compile(
    rf"\b(?:{_UNTOUCHED}|change nothing|nothing|andere? nichts|nichts|rien|nada)"
    rf"(?: [^\s.:;,!{_SIGN}]+){{0,5}} ?$"
)
_KEEPING_START_PATTERN = re.compile(rf"[はを][^、。]{{0,3}}{_STAYS_JA}")
# What is no wish of its own before an exception: “please change everything except …”.
_VERB_PATTERN = re.compile(rf"\b{VERB}\b")
_NO_WISH_PATTERN = re.compile(rf"(?:{VERB} )?(?:{_ALL}|it|es)?[\s,:]*")
# What belongs to the name of an area behind it: “what I circled in red on the photo”.
_NAME_END_PATTERN = re.compile(
    r"[\s,]*(?:(?:part|area|thing|one|hab(?:e|en)?|ist|sind|worden?|teil|stelle)\b ?)?"
    r"(?:(?:in|on|with|mit|auf|en|con|sur)(?: \w+){1,3})?"
)
_MANY_PATTERN = re.compile(r"\b(?:all|alle|tou(?:te)?s|todos|todas|others)\b")


class Sense(enum.Enum):
    """What becomes of the area that a message names."""

    CHANGES, STAYS, UNCLEAR = "changes", "stays", "unclear"


@dataclass(frozen=True, slots=True)
class ReadException:
    """What becomes of an area; of one that stays its own words, and what else is wished."""

    sense: Sense
    area: str = ""
    rest: str = ""


_CHANGES, _UNCLEAR = ReadException(Sense.CHANGES), ReadException(Sense.UNCLEAR)


def read_exception(words: str) -> ReadException:
    """Return what becomes of the area that simplified `words` name."""
    names = [found[0] for found in _AREA_PATTERN.finditer(words)]
    text = _AREA_PATTERN.sub(_SIGN, words)
    for patterns, judge in (
        (_EXCEPT_PATTERNS, _judge_exception),
        (_KEPT_PATTERNS, _judge_kept),
        (_BUT_PATTERNS, _judge_exception),
    ):
        found = next(filter(None, (pattern.search(text) for pattern in patterns)), None)
        if found is not None:
            return judge(text, found, names)
    if _LOOSE_PATTERN.search(text):
        return _UNCLEAR
    is_rest_changed = _REST_PATTERN.search(text) and not _KEEPING_PATTERN.search(text)
    return _UNCLEAR if names and is_rest_changed else _CHANGES


def _judge_exception(text: str, found: re.Match[str], names: list[str]) -> ReadException:
    head, tail = text[: found.start()], text[found.end() :]
    if _KEEPING_END_PATTERN.search(head) or _KEEPING_START_PATTERN.match(tail):
        return _CHANGES
    if len(names) > 1 or _KEEPING_PATTERN.search(head) or _KEEPING_PATTERN.search(tail):
        return _UNCLEAR
    if not _has_wish(head):
        rest = f"{head if _VERB_PATTERN.search(head) else ''}{tail}".strip(" ,:.!")
        is_number = names[0].strip("#")[:1].isdigit()
        is_many = is_number and rest and _MANY_PATTERN.search(head)
        return _UNCLEAR if is_many else ReadException(Sense.STAYS, names[0], rest)
    # “Make all blue except B3 green” wishes for something in B3 as well.
    return ReadException(Sense.STAYS, names[0], head) if _is_name_end(tail) else _UNCLEAR


def _judge_kept(text: str, found: re.Match[str], names: list[str]) -> ReadException:
    head, tail = text[: found.start()], text[found.end() :]
    if len(names) > 1:
        return _UNCLEAR
    is_sure = _WHOLE_PATTERN.search(head + "." + tail) or (_has_wish(head) and _is_name_end(tail))
    return ReadException(Sense.STAYS, names[0], f"{head}{tail}") if is_sure else _UNCLEAR


def _has_wish(head: str) -> bool:
    polite = POLITE_PATTERN.match(head)
    return _NO_WISH_PATTERN.fullmatch(head[polite.end() if polite else 0 :]) is None


def _is_name_end(tail: str) -> bool:
    found = _NAME_END_PATTERN.match(tail)
    rest = tail[found.end() if found else 0 :].strip(" ,.!")
    return POLITE_PATTERN.fullmatch(rest) is not None
