"""A width or a height alone: “a banner 1200 px wide”, „1200 Pixel breit“. Pure.

The other side is that of the shape that the words ask for, else of one that is usual for what is
drawn.
"""

from __future__ import annotations

import re

from bot.domain.pictures.sizes import PictureSize
from bot.request.pictures.sizes.named import UNITS, build_print_size, build_size

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
_USUAL_SHAPES = tuple(
    (re.compile(words), shape)
    for words, shape in (
        (r"\b(?:banner|header|banniere|en-tete|encabezado)\b|バナー|ヘッダー", 3 / 1),
        (r"\b(?:\w*icon[eo]?|logo|avatar|sticker|emoji|square|quadrat)\b|アイコン|ロゴ", 1 / 1),
        (r"\b(?:poster|flyer|plakat|affiche|cartel|story|portrait)\b|ポスター|チラシ", 2 / 3),
        (r"\b(?:wallpaper|thumbnail|slide|hintergrund\w*|folie|fondo?)\b|壁紙|サムネ", 16 / 9),
    )
)
_WIDE_RATIO, _HIGH_RATIO = 3 / 2, 2 / 3


def read_one_side(words: str, ratio: float, dpi: int) -> PictureSize | None:
    """Return the size of which simplified `words` tell one side; None where they tell none.

    `ratio` is that of the shape that they ask for, or 0. Raises `ImpossibleSizeError`.
    """
    found = next(filter(None, (pattern.search(words) for pattern in _PATTERNS)), None)
    if found is None:
        return None
    is_wide, unit = found["wide"] is not None, found["unit"]
    ratio = ratio or _choose_ratio(words, is_wide=is_wide)
    if unit in UNITS:
        # The length of a thing, unless the words speak of print.
        return _build_print(found, ratio, dpi) if dpi else None
    side = int(re.sub(r"[.,](?=\d{3})", "", found["number"]).partition(".")[0].partition(",")[0])
    if side < _MIN_PIXELS:
        return None
    other = round(side / ratio if is_wide else side * ratio)
    return build_size(*((side, other) if is_wide else (other, side)), dpi)


def _build_print(found: re.Match[str], ratio: float, dpi: int) -> PictureSize:
    side = float(found["number"].replace(",", "."))
    is_wide = found["wide"] is not None
    width, height = (side, side / ratio) if is_wide else (side * ratio, side)
    return build_print_size((f"{width}", f"{height}"), found["unit"], dpi)


def _choose_ratio(words: str, *, is_wide: bool) -> float:
    known = (ratio for pattern, ratio in _USUAL_SHAPES if pattern.search(words))
    return next(known, _WIDE_RATIO if is_wide else _HIGH_RATIO)
