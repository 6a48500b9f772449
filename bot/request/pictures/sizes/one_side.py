"""A width or a height alone: “a banner 1200 px wide”, „1200 Pixel breit“. Pure.

It is the picture's where it stands with the first thing that is named, or is set off; behind a
further thing, “a page with a sidebar 240 px wide”, it may be that thing's. The other side is that
of the shape that the words ask for, else of one that is usual for what is drawn.
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
# What begins a further thing, or a part of the first; “a picture of the Alps” is one thing.
_FURTHER_PATTERN = re.compile(
    r"\b(?:with|of|and|in|on|at|for|to|from|under|next|whose|which|that|has|having|showing|mit|und"
    r"|von|vom|fur|auf|neben|unter|dessen|deren|hat|das|zeigt|avec|et|d[eu]|des|pour|sur|dont|qui"
    r"|con|y|del|para|sobre|que|cuy[ao])\b|\bd'|[の、,;:]"
)
_PICTURE_OF_PATTERN = re.compile(
    r"\b(?:pictures?|images?|photos?|drawings?|paintings?|illustrations?|bild|foto|zeichnung"
    r"|photo|dessin|imagen|dibujo) (?:of|von|d[eu]|del) "
)
_LINK_PATTERN = re.compile(
    r"[, ]*(?:(?:of|at|in|im|von|mit|en|a|au|d[eu]|con)(?: (?:the|an?|le|el))?)? *$"
)
_SET_OFF_PATTERN = re.compile(r"[,;:(（、–—-] ?$")
_ENDS_PATTERN = re.compile(
    r" ?[)）]?\s*(?:(?:at|with|mit|bei|a|con) \d+ ?(?:dpi|ppi|ppp)|please|bitte|stp|por favor)?"
    r"\s*(?:$|[.;!。]|, ?(?:of|with|mit|avec|con|please|bitte)\b)"
)
# What a page is made of has sides of its own, also where they are set off.
_PART_PATTERN = re.compile(
    r"\b(?:sidebars?|buttons?|headers?|footers?|columns?|menus?|margins?|borders?|lines?|frames?"
    r"|rows?|panels?|fields?|box(?:es)?|bars?|spalten?|knopf|rand|rahmen|leiste|linien?|colonnes?"
    r"|boutons?|bords?|cadres?|columnas?|boton(?:es)?|bordes?|marcos?|barras?)\b"
)
_HELD_PATTERN = re.compile(r"\b(?:with|has|having|showing|mit|hat|avec|con)\b|のある")
_RESOLUTION_PATTERN = re.compile(r",? ?(?:at |with |mit |bei |a |con )?\d+ ?(?:dpi|ppi|ppp)\b")
# “An icon of a rocket, 512 px”: of what is square one side is enough.
_ALONE_PATTERN = re.compile(
    r"(?:,|\b(?:in|at|of|mit|von|en|de|a)) ?(?P<side>\d{2,5}) ?(?:px|pixels?|pixeln|pixeles)\s*"
    r"(?=$|[,.;:!)])|、(?P<length>\d{2,5}) ?(?:px|ピクセル)"
)
_SQUARE_PATTERN = re.compile(
    r"\b(?:\w*icon[eo]?|logo|avatar|sticker|emoji)\b|アイコン|ロゴ|アバター|絵文字"
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
    # The others are those of its parts: “a page 1440 px wide, with a logo 120 px wide”.
    found = next((side for side in sides if _is_of_picture(words, side)), None)
    if found is None:
        return None
    is_wide, unit = found["wide"] is not None, found["unit"]
    ratio = ratio or _choose_ratio(words, is_wide=is_wide)
    if unit in UNITS:
        # The length of a thing, unless the resolution is told with it.
        is_print = dpi and _RESOLUTION_PATTERN.match(words, found.end())
        return _read_print(words, found, ratio, dpi) if is_print else None
    side = int(re.sub(r"[.,](?=\d{3})", "", found["number"]).partition(".")[0].partition(",")[0])
    if side < _MIN_PIXELS:
        return None
    other = round(side / ratio if is_wide else side * ratio)
    return build_size(*((side, other) if is_wide else (other, side)), dpi)


def has_further_thing(before: str) -> bool:
    """Whether simplified words name more than the first thing, so that what follows may be told
    of another."""
    first = _PICTURE_OF_PATTERN.sub("", _LINK_PATTERN.sub("", before))
    return _FURTHER_PATTERN.search(first) is not None


def _is_of_picture(words: str, found: re.Match[str]) -> bool:
    """Whether a side is told of the first thing that is named, or is set off."""
    before = words[: found.start()]
    if _SET_OFF_PATTERN.search(before) and _ENDS_PATTERN.match(words, found.end()):
        held = _HELD_PATTERN.search(before)
        return held is None or not _PART_PATTERN.search(before, held.end())
    return not has_further_thing(before)


def is_held(words: str, start: int) -> bool:
    """Whether what `start`s in simplified words is a thing that another one has: “a page with an
    icon”."""
    return _HELD_PATTERN.search(words, 0, start) is not None


def _read_alone(words: str, dpi: int) -> PictureSize | None:
    square, found = _SQUARE_PATTERN.search(words), _ALONE_PATTERN.search(words)
    if square is None or found is None or is_held(words, square.start()):
        return None
    side = int(found["side"] or found["length"])
    return build_size(side, side, dpi)


def _read_print(words: str, found: re.Match[str], ratio: float, dpi: int) -> PictureSize | None:
    try:
        return _build_print(found, ratio, dpi)
    except ImpossibleSizeError:
        if any(pattern.search(words) for pattern, _ in _USUAL_SHAPES):
            raise
        return None  # “a bridge 120 inches wide, 300 dpi”


def _build_print(found: re.Match[str], ratio: float, dpi: int) -> PictureSize:
    side = float(found["number"].replace(",", "."))
    is_wide = found["wide"] is not None
    width, height = (side, side / ratio) if is_wide else (side * ratio, side)
    return build_print_size((f"{width}", f"{height}"), found["unit"], dpi)


def _choose_ratio(words: str, *, is_wide: bool) -> float:
    thing = _HELD_PATTERN.split(words, maxsplit=1)[0]
    known = (ratio for pattern, ratio in _USUAL_SHAPES if pattern.search(thing))
    return next(known, _WIDE_RATIO if is_wide else _HIGH_RATIO)
