"""Names of the places, colours and forms of marks, in five languages. Held against simplified text.

See `mark_names.py` for how marks are told by them. Pure.
"""

from __future__ import annotations

import re
from typing import TypeVar

from bot.domain.pictures.marks import Colour, Form, Place

_Name = TypeVar("_Name")
_GERMAN_END = "(?:e[nmrs]?)?"
_PLACES = {
    Place.LEFT: r"left(?:most|-hand)?|linke[nmrs]?|links|gauche|izquierd[ao]",
    Place.RIGHT: r"right(?:most|-hand)?|rechte[nmrs]?|rechts|droite|derech[ao]",
    Place.TOP: r"top(?:most)?|upper(?:most)?|ober(?:e|ste)[nmrs]?|oben|haut|arriba|superior",
    Place.BOTTOM: r"bottom(?:most)?|lower(?:most)?|unter(?:e|ste)[nmrs]?|unten|bas|abajo|inferior",
    Place.MIDDLE: r"middle|cent(?:er|re)|mittlere[nmrs]?|mitte|milieu|medio|centro",
    Place.LARGEST: r"large[r]?|largest|big(?:ger|gest)?|gross(?:e|ere|te)?[nmrs]?|grande?|mayor",
    Place.SMALLEST: r"small(?:er|est)?|klein(?:e|ere|ste)?[nmrs]?|petite?|pequen[ao]|menor",
}
_COLOURS = {
    Colour.RED: rf"red|rot{_GERMAN_END}|rouges?|roj[oa]s?",
    Colour.ORANGE: rf"orange[nmrs]?|orangefarben{_GERMAN_END}|naranjas?",
    Colour.YELLOW: rf"yellow|gelb{_GERMAN_END}|jaunes?|amarill[oa]s?",
    Colour.GREEN: rf"green|grun{_GERMAN_END}|verte?s?|verdes?",
    Colour.TURQUOISE: rf"turquoise|cyan|teal|turkis{_GERMAN_END}|turquesas?|cian",
    Colour.BLUE: rf"blue|blau{_GERMAN_END}|bleue?s?|azul(?:es)?",
    Colour.PURPLE: rf"purple|violet(?:te)?s?|violett{_GERMAN_END}|lila|morad[oa]s?|violetas?",
    Colour.PINK: rf"pink{_GERMAN_END}|magenta|rosa|roses?|fuchsia",
    Colour.BROWN: rf"brown|braun{_GERMAN_END}|marron|brune?s?|marrones",
    Colour.BLACK: rf"black|schwarz{_GERMAN_END}|noire?s?|negr[oa]s?",
    Colour.WHITE: rf"white|weiss{_GERMAN_END}|blanc(?:he)?s?|blanc[oa]s?",
    Colour.GREY: rf"gr[ae]y|grau{_GERMAN_END}|grise?s?|grises",
}
# A noun ends what is said of a mark, but in French and Spanish, where the colour follows it.
_FORMS = {
    Form.ROUND: r"circles?|ring|oval|ellipse|lasso|kreis(?:es?)?|kringel|ovals?",
    Form.BOX: r"box(?:es)?|rectangles?|square|frame|kasten|kastens|rahmens?|rechtecks?|viereck",
    Form.ARROW: r"arrows?|pfeil(?:e|s)?",
    Form.STROKE: r"strokes?|highlights?|strich(?:e|s)?",
}
_ROMANCE_FORMS = {
    Form.ROUND: r"cercles?|rond|ovale|circulos?|ovalo",
    Form.BOX: r"cadres?|rectangles?|carre|encadre|recuadros?|cuadros?|rectangulos?|cuadrados?|caja",
    Form.ARROW: r"fleches?|flechas?",
    Form.STROKE: r"traits?|trazos?",
}
_JAPANESE_PLACES = {
    Place.LEFT: "左",
    Place.RIGHT: "右",
    Place.TOP: "上",
    Place.BOTTOM: "下",
    Place.MIDDLE: "真ん中|中央",
    Place.LARGEST: "大き[いな]",
    Place.SMALLEST: "小さ[いな]",
}
_JAPANESE_COLOURS = {
    Colour.RED: "赤",
    Colour.ORANGE: "オレンジ",
    Colour.YELLOW: "黄",
    Colour.GREEN: "緑",
    Colour.TURQUOISE: "水色",
    Colour.BLUE: "青",
    Colour.PURPLE: "紫",
    Colour.PINK: "ピンク",
    Colour.BROWN: "茶",
    Colour.BLACK: "黒",
    Colour.WHITE: "白",
    Colour.GREY: "灰|グレー",
}
_JAPANESE_FORMS = {
    Form.ROUND: "丸|円|楕円",
    Form.BOX: "四角|枠|ボックス|長方形",
    Form.ARROW: "矢印",
    Form.STROKE: "線",
}


def _compile(table: dict[_Name, str]) -> dict[_Name, re.Pattern[str]]:
    return {name: re.compile(words) for name, words in table.items()}


PLACES, COLOURS = _compile(_PLACES), _compile(_COLOURS)
FORMS, ROMANCE_FORMS = _compile(_FORMS), _compile(_ROMANCE_FORMS)
JAPANESE_PLACES, JAPANESE_COLOURS = _compile(_JAPANESE_PLACES), _compile(_JAPANESE_COLOURS)
JAPANESE_FORMS = _compile(_JAPANESE_FORMS)


def find_name(table: dict[_Name, re.Pattern[str]], word: str) -> _Name | None:
    """Return what of a table a word names, None if nothing."""
    return next((name for name, words in table.items() if words.fullmatch(word)), None)


def find_names(table: dict[_Name, re.Pattern[str]], text: str) -> tuple[_Name, ...]:
    """Return what of a table stands anywhere in a text without spaces."""
    return tuple(name for name, words in table.items() if words.search(text))
