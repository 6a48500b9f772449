"""Builds crops to a shape, margins and sizes from the words of one clause. Pure.

As in `values.py`.
"""

from __future__ import annotations

import re

from bot.domain.pictures.operations import Operation, OperationKind
from bot.request.pictures.edit_values import (
    IMPOSSIBLE_SIZE,
    ImpossibleEditError,
    build_resize,
    build_shaping,
)
from bot.request.pictures.vocabulary.clauses import Clause, read_number
from bot.request.pictures.vocabulary.words import Word

_SLIGHTLY, _CLEARLY = (80, 125), (50, 150)


def build_crop(clause: Clause) -> Operation | None:
    return _build_shaping(OperationKind.CROP, clause)


def build_pad(clause: Clause) -> Operation | None:
    return _build_shaping(OperationKind.PAD, clause, clause.get(Word.COLOUR))


def build_size(clause: Clause) -> Operation | None:
    """A size after “resize” or “make it”: a mere shape crops."""
    if re.fullmatch(r"\d{1,4} ?[:/] ?\d{1,4}", _get_shape(clause)):
        return build_crop(clause)
    return _build_shaping(OperationKind.RESIZE, clause)


def build_named(clause: Clause) -> Operation | None:
    """The name of a size after “make it” or “as”: a screen's is a size, all others are cropped."""
    name = clause.get(Word.NAMED_SIZE)
    is_screen = re.match(r"\d+[kp]\b|.*hd", name) is not None
    return build_size(clause) if is_screen else build_crop(clause)


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
    number = clause.get(Word.PIXELS) or clause.get(Word.NUMBER)
    if not number.isdecimal():
        raise ImpossibleEditError(IMPOSSIBLE_SIZE)
    is_limit = clause.has(Word.MOST)
    if clause.has(Word.LONGEST) or (is_limit and not clause.has(Word.WIDTH, Word.HEIGHT)):
        build_resize({"width": number})
        side = int(number)
        return Operation(OperationKind.RESIZE, shape=(side, side), is_limit=is_limit)
    return build_resize({"height" if clause.has(Word.HEIGHT) else "width": number})


def build_percent(clause: Clause) -> Operation | None:
    percent = round(read_number(clause.get(Word.PERCENT)))
    way = next(filter(None, clause.values.get(Word.SCALE, ())), "")
    is_step = clause.has(Word.BY) or not clause.has(Word.TO)
    if clause.has(Word.SMALLER, Word.LARGER):
        way, is_step = ("down" if clause.has(Word.SMALLER) else "up"), True
    if way == "down" and is_step:
        return build_resize({"percent": str(100 - percent)})
    if way == "up" and is_step:
        return build_resize({"percent": str(100 + percent)})
    return build_resize({"percent": str(percent)})


def build_share(clause: Clause) -> Operation | None:
    """Scaled to a half, or by a third."""
    top, bottom = (int(part) for part in clause.get(Word.AMOUNT).split("/"))
    percent = round(100 * top / bottom) if bottom else 0
    if clause.has(Word.BY):
        if "down" not in clause.values.get(Word.SCALE, ()):
            return None
        percent = 100 - percent
    return build_resize({"percent": str(percent)})


def build_share_of_picture(clause: Clause) -> Operation | None:
    """“Make it half” is said of texts and recipes as well."""
    return build_share(clause) if clause.names_picture or clause.versions else None


def build_times(clause: Clause) -> Operation | None:
    number = read_number(clause.get(Word.TIMES) or clause.get(Word.NUMBER))
    if "down" in clause.values.get(Word.SCALE, ()):
        return None
    return build_resize({"percent": str(round(number * 100))})


def build_factor(clause: Clause) -> Operation | None:
    return build_resize({"percent": clause.get(Word.FACTOR)})


def build_step(clause: Clause) -> Operation | None:
    """“Smaller”, “a bit larger”."""
    way = next(filter(None, clause.values.get(Word.SCALE, ())), "")
    is_smaller = clause.has(Word.SMALLER) or way == "down"
    steps = _SLIGHTLY if clause.has(Word.SLIGHTLY) else _CLEARLY
    return build_resize({"percent": str(steps[0 if is_smaller else 1])})
