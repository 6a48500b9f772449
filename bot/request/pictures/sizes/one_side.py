"""A width or a height alone: “a banner 1200 px wide”, „1200 Pixel breit“. Pure.

The other side is that of the shape that the words ask for, else of one that is usual for what is
drawn. The side counts where it is said of the picture, and not of a thing in it: “a web page with a
sidebar 240 px wide”.
"""

from __future__ import annotations

import re

from bot.domain.pictures.sizes import PictureSize
from bot.request.pictures.sizes.named import (
    UNITS,
    ImpossibleSizeError,
    build_print_size,
    build_size,
)

# Less is the width of a line in the picture.
_MIN_PIXELS = 100
_NUMBER = r"\d{1,3}[.,]\d{3}(?!\d)|\d{1,6}(?:[.,]\d{1,2})?"
_UNIT = rf"px|pixels?|pixeln|pixeles|ピクセル|{'|'.join(UNITS)}"
_WIDE = r"wide|in width|breit(?:e[snr]?)?|in der breite|de large(?:ur)?|de anch(?:o|ura)"
_HIGH = r"high|tall|in height|hoch|hohe[snr]?|in der hohe|de haut(?:eur)?|de alt(?:o|ura)"
_OF = r" ?[:=は]? ?(?:of |von |de )?"
_PATTERNS = tuple(
    re.compile(text)
    for text in (
        rf"(?<![\w.,])(?P<number>{_NUMBER})[ -]?(?P<unit>{_UNIT})[ -]"
        rf"(?:(?P<wide>{_WIDE})|(?P<high>{_HIGH}))(?![\w-])",
        rf"(?:(?P<wide>\bwidth|\bbreite|\blargeur|\banchura|\bancho|横?幅)"
        rf"|(?P<high>\bheight|\bhohe|\bhauteur|\baltura|\balto|高さ)){_OF}"
        rf"(?P<number>{_NUMBER}) ?(?P<unit>{_UNIT})(?![a-z])",
    )
)
_DPI_PATTERN = re.compile(
    r",? ?(?:at |with |mit |bei |a |con |in |en |@ ?)?\d{1,4} ?(?:dpi|ppi|ppp)"
)
# “An icon of a rocket, 512 px”: of what is square one side is enough.
_ALONE_PATTERN = re.compile(
    r"(?:,|\b(?:in|at|of|mit|von|en|de|a)) ?(?P<side>\d{2,5}) ?(?:px|pixels?|pixeln|pixeles)\s*"
    r"(?=$|[,.;:!)])|、(?P<length>\d{2,5}) ?(?:px|ピクセル)"
)
_SQUARE_PATTERN = re.compile(
    r"\b(?:\w*icon[eo]?|logo|avatar|sticker|emoji)\b|アイコン|ロゴ|アバター|絵文字"
)
# Ends what a side, or a name that stands behind, is said of: the first thing of the order.
_WITHIN = (
    r"\b(?:with|containing|showing|has|have|having|whose|where|that|which|in|on|at|next|beside|and"
    r"|mit|und|in|im|am|auf|neben|dessen|deren|avec|et|dans|sur|dont|qui|con|en|y|cuyo"
    r"|cuya|que|sobre)\b|, (?:das|die|der)\b|:|の(?:ある|中)"
)
_WITHIN_PATTERN = re.compile(_WITHIN)
# A shape is said of the picture: “in 16:9, 1600 pixels wide”.
_SHAPE_PATTERN = re.compile(r"\b(?:in|im|en|at) (?:a )?(?:\d{1,2}:\d{1,2}|format|quer|hoch)\S*")
_SET_OFF_PATTERN = re.compile(r"(?:[,;、(（–—]|^|[.!?]) ?$")
# What a page is made of has sides of its own, also behind a comma.
_PART_PATTERN = re.compile(
    r"\b(?:sidebars?|buttons?|headers?|footers?|columns?|menus?|margins?|borders?|lines?|frames?"
    r"|rows?|panels?|fields?|boxe?s?|bars?|spalten?|knopf|rand|rahmen|leiste|linien?|colonnes?"
    r"|boutons?|bords?|cadres?|columnas?|boton(?:es)?|bordes?|marcos?|barras?)\b"
)
_USUAL_SHAPES = tuple(
    (re.compile(words), shape)
    for words, shape in (
        (r"\b(?:banner|header|banniere|en-tete|encabezado)\b|バナー|ヘッダー", 3 / 1),
        (rf"{_SQUARE_PATTERN.pattern}|\b(?:square|quadrat)\b", 1 / 1),
        (r"\b(?:poster|flyer|plakat|affiche|cartel|story|portrait)\b|ポスター|チラシ", 2 / 3),
        (r"\b(?:wallpaper|thumbnail|slide|hintergrund\w*|folie|fondo?)\b|壁紙|サムネ", 16 / 9),
    )
)
_WIDE_RATIO, _HIGH_RATIO = 3 / 2, 2 / 3


def read_one_side(words: str, ratio: float, dpi: int) -> PictureSize | None:
    """Return the size of which simplified `words` tell one side; None where they tell none.

    `ratio` is that of the shape that they ask for, or 0. Raises `ImpossibleSizeError`.
    """
    sides = [found for pattern in _PATTERNS for found in pattern.finditer(words)]
    if not sides:
        return _read_alone(words, dpi)
    found = sides[0]
    # Several are those of several things.
    if len(sides) > 1 or not is_of_whole(words, found.start()):
        return None
    is_wide, unit = found["wide"] is not None, found["unit"]
    ratio = ratio or _choose_ratio(words, is_wide=is_wide)
    if unit in UNITS:
        # The length of a thing, unless how it is printed follows.
        return _read_print(words, found, ratio, dpi)
    side = int(re.sub(r"[.,](?=\d{3})", "", found["number"]).partition(".")[0].partition(",")[0])
    if side < _MIN_PIXELS:
        return None
    other = round(side / ratio if is_wide else side * ratio)
    return build_size(*((side, other) if is_wide else (other, side)), dpi)


def is_of_whole(words: str, start: int) -> bool:
    """Whether what `start`s in simplified `words` is said of the picture, and not of a thing in it:
    of the first thing that they name, or set off behind a comma."""
    before = _SHAPE_PATTERN.sub("", words[:start])
    within = _WITHIN_PATTERN.search(before)
    if within is None:
        return True
    return bool(_SET_OFF_PATTERN.search(before)) and not _PART_PATTERN.search(before, within.end())


def _read_alone(words: str, dpi: int) -> PictureSize | None:
    square, found = _SQUARE_PATTERN.search(words), _ALONE_PATTERN.search(words)
    if square is None or found is None or not is_of_whole(words, square.start()):
        return None
    side = int(found["side"] or found["length"])
    return build_size(side, side, dpi)


def _read_print(words: str, found: re.Match[str], ratio: float, dpi: int) -> PictureSize | None:
    if not _DPI_PATTERN.match(words, found.end()):
        return None
    is_printed = any(pattern.search(words) for pattern, _ in _USUAL_SHAPES)
    try:
        return _build_print(found, ratio, dpi)
    except ImpossibleSizeError:
        if is_printed:
            raise
        return None  # “a bridge 120 inches wide, 300 dpi”


def _build_print(found: re.Match[str], ratio: float, dpi: int) -> PictureSize:
    side = float(found["number"].replace(",", "."))
    is_wide = found["wide"] is not None
    width, height = (side, side / ratio) if is_wide else (side * ratio, side)
    return build_print_size((f"{width}", f"{height}"), found["unit"], dpi)


def _choose_ratio(words: str, *, is_wide: bool) -> float:
    known = (ratio for pattern, ratio in _USUAL_SHAPES if pattern.search(words))
    return next(known, _WIDE_RATIO if is_wide else _HIGH_RATIO)
