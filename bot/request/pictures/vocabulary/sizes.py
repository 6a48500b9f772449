"""Builds crops to a shape, margins and sizes from the words of one clause. Pure.

As in `values.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.pictures.operations import Operation, OperationKind
from bot.request.pictures.edit_values import (
    IMPOSSIBLE_SIZE,
    ImpossibleEditError,
    build_resize,
    build_scaling,
    build_shaping,
)
from bot.request.pictures.sizes.named import TRANSLATED_NAMES
from bot.request.pictures.sizes.places import name_usual_kind
from bot.request.pictures.vocabulary.clauses import Clause, read_count, read_number
from bot.request.pictures.vocabulary.words import Word

_USUAL_RATIOS = frozenset(
    ("1:1", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "16:9", "9:16", "21:9", "9:21", "16:10",
     "2:1", "1:2", "3:1", "1:3", "4:1", "1:4", "5:7", "7:5")
)  # fmt: skip
# What a picture may be turned into by drawing, and is hardly cropped to unless that is said.
_DRAWN_THINGS = frozenset(
    ("letter", "legal", "tabloid", "slide", "presentation slide", "powerpoint slide",
     "keynote slide", "google slide", "postcard", "business card", "us business card", "emoji",
     "slack emoji", "avatar", "tiktok", "snapchat", "leaderboard", "skyscraper", "app icon",
     "ios app icon", "android app icon")
)  # fmt: skip
_SHARE_PATTERN = re.compile(r"\d ?/ ?(?:\d|10)")
# Passport photos and cards are smaller, and filled.
_MIN_SHEET_INCHES = 2.3
_SLIGHTLY, _CLEARLY = (80, 125), (50, 150)


def build_crop(clause: Clause) -> Operation | None:
    return _build_shaping(OperationKind.CROP, clause)


def build_pad(clause: Clause) -> Operation | None:
    return _build_shaping(OperationKind.PAD, clause, clause.get(Word.COLOUR))


def build_size(clause: Clause) -> Operation | None:
    """A size after “resize” or “make it”: a mere shape crops, and “1/2” may be no shape."""
    if _SHARE_PATTERN.fullmatch(_get_shape(clause)) and not clause.has(Word.RATIO):
        return None
    if re.fullmatch(r"\d{1,4} ?[:/] ?\d{1,4}", _get_shape(clause)):
        return build_crop(clause)
    return _build_shaping(OperationKind.RESIZE, clause)


def build_named(clause: Clause) -> Operation | None:
    """The name of a size after “make it”, “as” or “for”: a screen's is a size, others a shape.

    Most of a picture stays on a sheet of paper; a place cuts off what it does not show.
    """
    name = clause.get(Word.NAMED_SIZE)
    if TRANSLATED_NAMES.get(name, name) in _DRAWN_THINGS:
        return None
    is_screen = re.match(r"\d+[kp]\b|.*hd", name) is not None
    made = build_size(clause) if is_screen else build_crop(clause)
    if made is None or made.size is None or not made.size.dpi:
        return made
    is_sheet = min(made.size.sides) > _MIN_SHEET_INCHES * made.size.dpi
    return replace(made, kind=OperationKind.FIT) if is_sheet else made


def build_place(clause: Clause) -> Operation | None:
    """Cropped to what is posted at a place: “crop for Instagram”."""
    return build_shaping(OperationKind.CROP, name_usual_kind(clause.get(Word.PLACE)), "")


def build_shape_of_it(clause: Clause) -> Operation | None:
    """“Make it square”; “make a square” and “make it a portrait” ask for a drawing."""
    is_clear = clause.get(Word.SHAPE) not in ("portrait", "landscape")
    return build_crop(clause) if clause.names_it and is_clear else None


def build_named_of_it(clause: Clause) -> Operation | None:
    """“Make a favicon of it”; “make a favicon” asks for a drawing."""
    return build_named(clause) if clause.names_it else None


def build_size_of_it(clause: Clause) -> Operation | None:
    """“Make it 16:9”; “make it 10:30” may be said of a clock."""
    ratio = re.fullmatch(r"(\d{1,4}) ?[:/] ?(\d{1,4})", _get_shape(clause))
    is_usual = ratio is None or f"{ratio[1]}:{ratio[2]}" in _USUAL_RATIOS
    return build_size(clause) if is_usual or clause.has(Word.RATIO) else None


def build_box(clause: Clause) -> Operation | None:
    """As large as it can be within a size, with its own shape."""
    sized = build_size(clause)
    if sized is None or sized.size is None:
        return sized
    return Operation(OperationKind.RESIZE, shape=sized.size.sides)


def build_named_for(clause: Clause) -> Operation | None:
    """“Wallpaper for my iPhone” alone. Other names alone may say what a picture shows."""
    name = clause.get(Word.NAMED_SIZE)
    return build_named(clause) if re.search(r" (?:for|fur|pour|para) ", name) else None


def _get_shape(clause: Clause) -> str:
    kinds = (Word.SIZE, Word.NAMED_SIZE, Word.SHAPE)
    return next(filter(None, (clause.get(kind) for kind in kinds)), "")


def _build_shaping(kind: OperationKind, clause: Clause, colour: str = "") -> Operation | None:
    return build_shaping(kind, _get_shape(clause), colour)


def build_side(clause: Clause) -> Operation | None:
    """Pixels wide, high or along the longest side."""
    number = clause.get(Word.PIXELS) or read_count(clause.get(Word.NUMBER))
    if not number.isdecimal():
        raise ImpossibleEditError(IMPOSSIBLE_SIZE)
    is_limit = clause.has(Word.MOST)
    if clause.has(Word.LONGEST) or (is_limit and not clause.has(Word.WIDTH, Word.HEIGHT)):
        build_resize(int(number))
        shape = int(number), int(number)
        return Operation(OperationKind.RESIZE, shape=shape, is_limit=is_limit)
    return build_resize(int(number), is_height=clause.has(Word.HEIGHT))


def build_percent(clause: Clause) -> Operation | None:
    percent, way = read_number(clause.get(Word.PERCENT)), _get_way(clause)
    is_step = clause.has(Word.BY) or not clause.has(Word.TO)
    if clause.has(Word.SMALLER, Word.LARGER):
        way, is_step = ("down" if clause.has(Word.SMALLER) else "up"), True
    if way == "down" and is_step:
        return build_scaling(100 - percent)
    if way == "up" and is_step:
        return build_scaling(100 + percent)
    return build_scaling(percent)


def _get_way(clause: Clause) -> str:
    """Return "up" or "down"; "" where “scale” does not say."""
    return next(filter(None, clause.values.get(Word.SCALE, ())), "")


def build_share(clause: Clause) -> Operation | None:
    """Scaled to a half, or by a third."""
    top, bottom = (int(part) for part in clause.get(Word.AMOUNT).split("/"))
    if not 0 < top < bottom:
        return None
    share, way = top / bottom, _get_way(clause)
    if clause.has(Word.BY) or not clause.has(Word.TO):
        if way:
            share = 1 - share if way == "down" else 1 + share
        elif share != 0.5:
            # “By a third” may be said of what goes, or of what stays.
            return None
    elif way == "up":
        return None
    return build_scaling(100 * share)


def build_share_of_picture(clause: Clause) -> Operation | None:
    """“Make it half” is said of texts and recipes as well, and “I need half of it” of a part."""
    is_said = clause.names_one and not clause.has_value(Word.MAKE, "new")
    return build_share(clause) if is_said else None


def build_times(clause: Clause) -> Operation | None:
    if clause.has_value(Word.SCALE, "down"):
        return None
    return build_scaling(100 * read_number(clause.get(Word.TIMES) or clause.get(Word.NUMBER)))


def build_factor(clause: Clause) -> Operation | None:
    return build_scaling(int(clause.get(Word.FACTOR) or clause.get(Word.MULTIPLE)))


def build_multiple_of_picture(clause: Clause) -> Operation | None:
    """“Halve the picture”; “double it” is said of a number as well."""
    return build_factor(clause) if clause.names_one else None


def build_step(clause: Clause) -> Operation | None:
    """“Smaller”, “a bit larger”."""
    smaller, larger = _SLIGHTLY if clause.has(Word.SLIGHTLY) else _CLEARLY
    is_smaller = clause.has(Word.SMALLER) or _get_way(clause) == "down"
    return build_scaling(smaller if is_smaller else larger)
