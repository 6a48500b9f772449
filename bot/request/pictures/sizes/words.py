"""Sizes in a message that asks for a picture: “2048x1152”, “in 4K”, “for A4 at 300 dpi”. Pure.

Read narrowly, as in `bot.request.phrases`: “a room with a 4K television” and “a 3x3 grid” ask for
no size.
A size that is written as one and impossible is told, before anything is drawn.
"""

from __future__ import annotations

import re

from bot.domain.pictures.sizes import MIN_SIDE, PictureSize
from bot.request.own_words import normalize_letters
from bot.request.pictures.sizes.named import (
    UNITS,
    ImpossibleSizeError,
    build_print_size,
    build_size,
    find_named_size,
)
from bot.request.pictures.sizes.names import TURN_PATTERN, find_name
from bot.request.pictures.sizes.one_side import has_further_thing, is_held, read_one_side

# Smaller numbers count things: “a 3x3 grid”, “a 12 x 8 garden”.
_MIN_BARE_SIDE = 100
_NUMBER = r"-?\d[\d.,]{0,12}(?:k|e\d{1,3})?"
# “4x4 in the snow” is no print.
_INCH = r"in(?=\.?\s*$|[,;)]|,? (?:at |with |@ ?)?\d{1,4} ?(?:dpi|ppi))"
_UNIT_NAMES = "|".join(name if name != "in" else _INCH for name in UNITS)
_FIRST_UNIT_NAMES = "|".join(UNITS)
_PAIR_PATTERN = re.compile(
    rf"(?<![a-z0-9_.,:/-])(?P<before>(?:in|at|with|of|size|resolution|mit|von|grosse|auflosung|en|a|de"
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
    r"(?<![a-z0-9_.,:/-])(?P<side>\d{2,6})[ -]?(?:px|pixels?|pixeln?|pixeles|ピクセル)(?:の| )?"
    r"(?:square |app |quadratische[snr]? )?"
    r"(?:icon|icono|icone|avatar|logo|emoji|sticker|favicon|square|quadrat|アイコン|アバター|ロゴ|四方|角)"
)
_DPI_PATTERN = re.compile(r"(?<![\d.,])(?P<dpi>\d{1,6}) ?(?:dpi|ppi|ppp)\b")
# What is as small as that: “a 32x32 favicon”, “an icon of 64x64”.
_SMALL_THING = (
    r"(?:favicon|icon[eo]?|sprite|pixel ?art|emoji|sticker|avatar|thumbnail|badge|cursor|logo"
    r"|ファビコン|アイコン|アバター|ロゴ|ドット絵)"
)
_SMALL_AFTER_PATTERN = re.compile(rf"[ -]?(?:px|pixels?)?(?: |-|の)?{_SMALL_THING}")
_SMALL_BEFORE_PATTERN = re.compile(rf"{_SMALL_THING}s?,? (?:(?:of|in|at|de|mit|con) )?$")
# What is counted in two directions: “a 100x100 grid of dots”, “a field of 100 x 100 m”.
_COUNTED_PATTERN = re.compile(
    r"[ -]?(?:(?:(?:multiplication |times |pixel |dot )?(?:grids?|tables?)|matrix|matrices|boards?"
    r"|arrays?|mazes?|fields?|tiles|dots|squares"
    r"|checkerboard|chessboard|spreadsheet|m|metres?|meters?|km|feet|ft|yards|miles|meter[n]?"
    r"|gitter|raster|tabelle|feld|labyrinth|grille|matrice|tableau|metros|cuadricula|matriz|tabla)"
    r"(?![a-z])|のグリッド|マス|メートル|の?行列|の表)"
)


# A length in centimetres is the picture's where words or a resolution say so: of a shelf, a box or
# a room it is the thing's own.
_PRINT = (
    r"(?:prints?|printed|posters?|photos?|photographs?|pictures?|images?|cards?|postcards?|flyers?"
    r"|banners?|stickers?|labels?|covers?|canvas|wallpapers?|paintings?|drawings?|illustrations?"
    r"|plakate?|bild(?:er)?|fotos?|abzuge?|ausdruck|passfotos?|aufkleber|leinwand"
    r"|affiches?|tirages?|impression|toile|cartel(?:es)?|imagen|impresion|lienzo"
    r"|ポスター|写真|画像|はがき|印刷)"
)
_PRINT_BEFORE_PATTERN = re.compile(
    rf"(?:{_PRINT}[,:]?(?: (?:of|in|at|size[d]?|von|mit|de|en|con|a))?[ の]?"
    r"|(?:in|at|size|format|grosse|taille|tamano|サイズ)[ :は]*|[,;:(、] ?)$"
)
_PRINT_AFTER_PATTERN = re.compile(rf"[ -]?の?(?:\w+ )?{_PRINT}|で.{{0,4}}描")
# Of a shape that models do not offer: “in the ratio 3:1”, „im Format 3:1“.
_RATIO_PATTERN = re.compile(
    r"(?:(?P<surely>aspect[ -]ratio|seitenverhaltnis|アスペクト比|縦横比)"
    r"|(?:ratio|format|verhaltnis|formato|proporcion|比率))"
    r"[ :は]*(?:of |von |de )?(?P<width>[1-9]\d?):(?P<height>[1-9]\d?)(?![\d:])"
    r"|(?<![\d:])(?P<columns>[1-9]\d?):(?P<rows>[1-9]\d?)[ -](?:ratio|aspect|format|banner|header"
    r"|panorama|picture|image|poster|bild|plakat)\b"
    r"|\b(?:banner|header|panorama|banniere),? (?:in |im |en |of )?(?P<across>[1-9]\d?)"
    r":(?P<down>[1-9]\d?)(?![\d:])"
)
_LONGER_SIDE = 1536
# “The Fiat 500x 2019”.
_NAME_PATTERN = re.compile(r"\d[x×*] +\d")


def read_size(text: str, ratio: float = 0, *, is_of_new: bool = True) -> PictureSize | None:
    """Return the size that `text` asks for; None where it asks for none.

    `ratio` is that of the shape that it asks for, 0 for none: of a width alone it makes a size, as
    does what is usual for a picture that `is_of_new`. Another has a shape of its own.

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
    if square is not None and not is_held(words, square.start()):
        return build_size(int(square["side"]), int(square["side"]), dpi)
    name, turn = find_name(words, is_of_new=is_of_new), TURN_PATTERN.search(words)
    named = find_named_size(name, turn.lastgroup or "" if turn else "", dpi) if name else None
    ratio = named.ratio if named else ratio
    side = read_one_side(words, ratio, dpi) if ratio or is_of_new else None
    return side or named or (None if ratio else _read_ratio(words))


def _read_ratio(words: str) -> PictureSize | None:
    found = _RATIO_PATTERN.search(words)
    if found is None:
        return None
    # Of a gear or a drink it is the thing's own, and “in the format 1:87” is a model railway's.
    is_scale = "ratio" not in found[0] and (found["width"], len(found["height"] or "")) == ("1", 2)
    if not found["surely"] and (is_scale or has_further_thing(words[: found.start()])):
        return None
    sides = [found[name] for name in found.groupdict() if name != "surely" and found[name]]
    width, height = map(int, sides)
    scale = _LONGER_SIDE / max(width, height)
    return build_size(round(width * scale), round(height * scale))


def _find_pair(words: str) -> re.Match[str] | None:
    return next((one for one in _PAIR_PATTERN.finditer(words) if _is_size(words, one)), None)


def _is_size(words: str, found: re.Match[str]) -> bool:
    """Whether a pair of numbers is a size: not “a 3x3 grid”, “a 100 x 100 m field”."""
    unit = found["unit"] or found["first_unit"]
    if unit:
        return unit not in UNITS or _is_print(words, found)
    if _NAME_PATTERN.search(found[0]) or _COUNTED_PATTERN.match(words, found.end()):
        return False
    sides = [re.sub(r"\D", "", found[side]) for side in ("width", "height")]
    if any("-" in found[side] or "e" in found[side] for side in ("width", "height")):
        return True
    # No one counts that far in two directions, nor nothing.
    if any(len(side) > 4 for side in sides) or sides == ["0", "0"]:
        return True
    numbers = [int(side) for side in sides]
    if min(numbers) >= MIN_SIDE and _is_of_small_thing(words, found):
        return True
    has_k = "k" in found["width"] + found["height"]
    return min(numbers) >= _MIN_BARE_SIDE or bool(found["before"] and has_k)


def _is_print(words: str, found: re.Match[str]) -> bool:
    return bool(
        _DPI_PATTERN.search(words)
        or _PRINT_BEFORE_PATTERN.search(words, 0, found.start("width"))
        or _PRINT_AFTER_PATTERN.match(words, found.end())
    )


def _is_of_small_thing(words: str, found: re.Match[str]) -> bool:
    return bool(
        _SMALL_AFTER_PATTERN.match(words, found.end())
        or _SMALL_BEFORE_PATTERN.search(words, 0, found.start())
    )


def _read_number(word: str) -> int:
    """Return the pixels of one side. Raises `ImpossibleSizeError` for what is no whole number."""
    plain = re.fullmatch(r"([1-9]\d{0,2})(?:[.,](\d{3}))?|(\d{1,9})", word.rstrip(".,"))
    if plain is None:
        raise ImpossibleSizeError(word)
    return int(plain[3] or plain[1] + (plain[2] or ""))


def _read_decimal(word: str) -> str:
    """Return the length of one side. Raises `ImpossibleSizeError` for what is none."""
    if not re.fullmatch(r"\d{1,4}(?:[.,]\d{1,3})?", word):
        raise ImpossibleSizeError(word)
    return word


def _read_dpi(words: str) -> int:
    found = _DPI_PATTERN.search(words)
    return int(found["dpi"]) if found else 0
