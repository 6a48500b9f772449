"""Sizes in a message that asks for a picture: “2048x1152”, “in 4K”, “for A4 at 300 dpi”. Pure.

Read narrowly, as in `phrases.py`: “a room with a 4K television” and “a 3x3 grid” ask for no size.
A size that is written as one and impossible is told, before anything is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.pictures.sizes import PictureSize
from bot.request.own_words import normalize_letters
from bot.request.pictures.named_sizes import (
    PAPER_SIZES,
    SCREEN_SIZES,
    TRANSLATED_NAMES,
    UNITS,
    ImpossibleSizeError,
    build_print_size,
    build_size,
    find_named_size,
)

# Smaller numbers count things: “a 3x3 grid”, “a 12 x 8 garden”.
_MIN_BARE_SIDE = 100
_NUMBER = r"-?\d[\d.,]{0,12}(?:k|e\d{1,3})?"
# “4x4 in the snow” is no print.
_INCH = r"in(?=\.?\s*$|[,;)]|,? (?:at |with |@ ?)?\d{1,4} ?(?:dpi|ppi))"
_UNIT_NAMES = "|".join(name if name != "in" else _INCH for name in UNITS)
_FIRST_UNIT_NAMES = "|".join(UNITS)
_PAIR_PATTERN = re.compile(
    rf"(?<![\w.,:/-])(?P<before>(?:in|at|with|of|size|resolution|mit|von|grosse|auflosung|en|a|de"
    rf"|taille|resolution|con|tamano|サイズ|解像度)[ :は]*)?"
    rf"(?P<width>{_NUMBER})\s?(?P<first_unit>px|pixels?|{_FIRST_UNIT_NAMES})?\s?"
    rf"(?:x|×|\*|by|mal|auf|sur|por|かける)\s?(?P<height>{_NUMBER})(?![\d.,]\d|\d|[a-z]{{3}})"
    rf"\s?(?P<unit>px|pixels?|pixeln?|pixeles|ピクセル|{_UNIT_NAMES})?(?![a-z])"
)
_PIXEL_UNIT = r"(?:px|pixels?|pixeln?|pixeles|ピクセル)?"
_AND = r"(?:[ ]?(?:,|、|x|×|and|und|et|y|by|mal|sur|por|で))?"
# “1920 wide and 1080 high”, “width 1920, height 1080”.
_SIDES_PATTERNS = (
    re.compile(
        rf"(?<![\w.,])(?P<width>\d{{2,6}}) ?{_PIXEL_UNIT} (?:wide|breit|de large|de ancho){_AND} "
        rf"(?P<height>\d{{2,6}}) ?{_PIXEL_UNIT} (?:high|tall|hoch|de haut|de alto)\b"
    ),
    re.compile(
        r"(?:width|breite|largeur|anchura|ancho|横幅|幅) ?[:=は]? ?(?:of |von |de )?"
        rf"(?P<width>\d{{2,6}}) ?{_PIXEL_UNIT}{_AND} ?"
        r"(?:height|hohe|hauteur|altura|alto|高さ) ?[:=は]? ?(?:of |von |de )?(?P<height>\d{2,6})"
    ),
)
# Papers are called so in German.
_DIN_PATTERN = re.compile(r"\bdin[ -]?(?=[ab]\d\b)")
# What is square by nature takes one number: “a 512 px icon”.
_SQUARE_PATTERN = re.compile(
    r"(?<![\w.,:/-])(?P<side>\d{2,6})[ -]?(?:px|pixels?|pixeln?|pixeles|ピクセル)(?:の| )?"
    r"(?:square |app |quadratische[snr]? )?"
    r"(?:icon|icono|icone|avatar|logo|emoji|sticker|favicon|square|quadrat|アイコン|アバター|ロゴ|四方|角)"
)
_DPI_PATTERN = re.compile(r"(?<![\d.,])(?P<dpi>\d{1,6}) ?(?:dpi|ppi|ppp)\b")
_TURN_PATTERN = re.compile(
    r"(?P<landscape>\b(?:landscape|querformat|quer|paysage|apaisado|horizontal)\b|横(?:長|向き)?)"
    r"|(?P<portrait>\b(?:portrait|upright|hochformat|hochkant|vertical)\b|縦(?:長|向き)?)"
)


def _list_words(names: Iterable[str]) -> str:
    words = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", "[ -]") for word in words)


# Names that are also things people draw: they need a word that makes them a size.
_THINGS = {
    "letter", "legal", "slide", "emoji", "avatar", "postcard", "postal", "skyscraper", "tiktok",
    "leaderboard", "tabloid", "snapchat", "business card", "us business card", "folie", "postkarte",
    "diapositive", "diapo", "diapositiva", "スライド", "名刺", "はがき", "visitenkarte",
    "carte de visite", "carte postale", "tarjeta de visita", "favicon", "ファビコン", "app icon",
    "profile picture", "profilbild", "photo de profil", "foto de perfil", "プロフィール画像",
    "presentation slide", "powerpoint slide", "keynote slide", "google slide",
}  # fmt: skip
_PLACES = [
    name
    for name in (*SCREEN_SIZES, *TRANSLATED_NAMES)
    if name not in _THINGS and not re.match(r"\d+[kp]$|.*hd", name)
]
_SHORT = [*PAPER_SIZES, *(name for name in SCREEN_SIZES if name not in _PLACES)]
_SHORT += [name for name in TRANSLATED_NAMES if name in _THINGS or "hd" in name]
# “As an Instagram story”, “Instagram story of a fox”: of these the name alone is enough.
_PLACE_PATTERN = re.compile(rf"(?<![a-z0-9])(?:{_list_words(_PLACES)})(?:s\b)?(?![a-z0-9])")
_FOR = (
    r"(?:for|in|as|at|to fit|fur|als|im|auf|pour|en|format|au|para|como|tamano|formato|resolution"
    r"|auflosung|resolucion)"
)
_ARTICLE = r"(?:an?|the|ein(?:e[nrm]?)?|das|die|den|une?|l'|le|la|un[ao]?|el|of)?"
_FORMAT = r"(?:size|sized|format|paper|resolution|dimensions|grosse|papier|auflosung|taille|papel)"
_SHORT_NAMES = _list_words(_SHORT)
_NOT_A_THING = r"(?![a-z0-9]|[ -]?(?:tv|television|screen|monitor|camera|display))"
_AT_DPI = r"(?=[ ,(]{1,2}(?:at |mit |a |con |in )?\d{1,6} ?(?:dpi|ppi|ppp))"
_TURNED = (
    r"(?=,? (?:landscape|portrait|quer|querformat|hochformat|hochkant|paysage|apaisado|vertical"
    r"|horizontal)(?: (?:format|mode|orientation))?\s*(?:$|[,.;:)!?、]|(?:at |with |mit )?\d))"
)
# Roads and planes: “draw the A7 landscape”.
_NO_ROAD = r"(?<!the )(?<!die )(?<!der )(?<!la )(?<!el )(?<!an )"
_SHORT_PATTERN = re.compile(
    rf"(?<![a-z0-9])(?:{_FOR}:? (?:{_ARTICLE} ?)(?P<first>{_SHORT_NAMES}){_NOT_A_THING}"
    rf"|(?P<second>{_SHORT_NAMES})[ -]?{_FORMAT}(?![a-z])"
    rf"|(?P<third>{_SHORT_NAMES}){_AT_DPI}"
    rf"|{_NO_ROAD}(?P<fifth>[ab][0-7]){_TURNED}"
    rf"|(?P<fourth>{_SHORT_NAMES}) ?(?:サイズ|判|用|の解像度|で(?=[^a-z]{{0,12}}描|$)"
    rf"|(?:(?:横|縦)(?:長|向き)?)?[ 、で]{{0,2}}(?=\d{{1,4}} ?dpi)))"
)


def read_size(text: str) -> PictureSize | None:
    """Return the size that `text` asks for; None where it asks for none.

    Raises `ImpossibleSizeError` where it asks for one that no picture can have.
    """
    words = _DIN_PATTERN.sub("", normalize_letters(text))
    pair = _find_pair(words)
    dpi = _read_dpi(words)
    named_sides = next(filter(None, (found.search(words) for found in _SIDES_PATTERNS)), None)
    if named_sides is not None:
        return build_size(int(named_sides["width"]), int(named_sides["height"]), dpi)
    if pair is not None:
        sides = (pair["width"], pair["height"])
        unit = pair["unit"] or pair["first_unit"]
        if unit in UNITS:
            return build_print_size(tuple(map(_read_decimal, sides)), unit, dpi)
        width, height = map(_read_number, sides)
        return build_size(width, height, dpi)
    square = _SQUARE_PATTERN.search(words)
    if square is not None:
        return build_size(int(square["side"]), int(square["side"]), dpi)
    name = _find_name(words)
    if not name:
        return None
    turn = _TURN_PATTERN.search(words)
    return find_named_size(name, turn.lastgroup or "" if turn else "", dpi)


def _find_pair(words: str) -> re.Match[str] | None:
    for found in _PAIR_PATTERN.finditer(words):
        sides = [re.sub(r"\D", "", found[side]) for side in ("width", "height")]
        is_large = all(side and int(side) >= _MIN_BARE_SIDE for side in sides)
        is_odd = any(char in found["width"] + found["height"] for char in "-ke")
        # No one counts that far in two directions.
        is_huge = any(len(side) > 4 or "e" in found[0] for side in sides)
        if (
            found["unit"]
            or found["first_unit"]
            or is_large
            or is_huge
            or (found["before"] and is_odd)
        ):
            return found
    return None


def _read_number(word: str) -> int:
    """Return the pixels of one side. Raises `ImpossibleSizeError` for what is no whole number."""
    plain = re.fullmatch(r"(\d{1,3})(?:[.,](\d{3}))?|(\d{1,9})", word.rstrip(".,"))
    if plain is None:
        raise ImpossibleSizeError(word)
    return int(plain[3] or plain[1] + (plain[2] or ""))


def _read_decimal(word: str) -> str:
    """Return the length of one side. Raises `ImpossibleSizeError` for what is none."""
    if not re.fullmatch(r"\d{1,4}(?:[.,]\d{1,2})?", word):
        raise ImpossibleSizeError(word)
    return word


def _read_dpi(words: str) -> int:
    found = _DPI_PATTERN.search(words)
    return int(found["dpi"]) if found else 0


def _find_name(words: str) -> str:
    place = _PLACE_PATTERN.search(words)
    if place is not None:
        return place[0] if _is_known(place[0]) else place[0].removesuffix("s")
    short = _SHORT_PATTERN.search(words)
    if short is None:
        return ""
    groups = ("first", "second", "third", "fourth", "fifth")
    return next(short[group] for group in groups if short[group])


def _is_known(name: str) -> bool:
    key = re.sub(r"[ -]+", " ", name)
    return key in SCREEN_SIZES or key in TRANSLATED_NAMES
