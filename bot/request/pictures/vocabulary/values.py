"""Builds what is done to a picture from the words of one clause. Pure.

Each function gets a clause whose kinds of words fit it (`frames.py`), and returns None where their
values do not. What cannot be done raises `ImpossibleEditError`. See `cuts.py` and `sizes.py` too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.messages import Message
from bot.domain.pictures.operations import ComparePixels, Operation, OperationKind, ShowPalette
from bot.request.pictures.edit_values import (
    ImpossibleEditError,
    build_rotation,
    read_colour_count,
)
from bot.request.pictures.sizes.named import MAX_DPI, MIN_DPI
from bot.request.pictures.vocabulary.clauses import Clause, list_sides, read_number
from bot.request.pictures.vocabulary.words import Word

_BYTE_UNITS = {"k": 1_000, "m": 1_000_000, "キ": 1_000, "メ": 1_000_000}
# A picture of 16 pixels has as many.
_MIN_BYTES, _MAX_BYTES = 2_000, 50_000_000
# What is turned further is not crooked.
_MAX_CROOKED = 45
_TOO_CROOKED = Message(
    "I straighten a picture by up to {limit} degrees. To turn it, write “rotate {limit} degrees”.",
    limit=_MAX_CROOKED,
)
_IMPOSSIBLE_BYTES = Message(
    "I cannot save a picture in that size: give one from 2 KB to 50 MB, as in “under 1 MB”."
)

_IMPOSSIBLE_DPI = Message(
    "I cannot make that of a picture: give {minimum} to {maximum:,} dpi.",
    minimum=MIN_DPI,
    maximum=MAX_DPI,
)


def build_file(clause: Clause) -> Operation | None:
    """“Compress it”; “optimize it” is said of a text as well."""
    is_any = set(clause.values.get(Word.COMPRESS, ())) == {"any"}
    return None if is_any and not clause.has(Word.FILE) else build_limit(clause)


def build_limit(clause: Clause) -> Operation | None:
    """A file of a number of bytes at most, or the smallest."""
    text = clause.get(Word.BYTES)
    if not text:
        return Operation(OperationKind.COMPRESS)
    unit = _BYTE_UNITS.get(text.lstrip("-0123456789., '")[:1], 1)
    limit = round(read_number(re.sub(r"[^-\d.,]", "", text)) * unit)
    if not _MIN_BYTES <= limit <= _MAX_BYTES:
        raise ImpossibleEditError(_IMPOSSIBLE_BYTES)
    return Operation(OperationKind.COMPRESS, max_bytes=limit)


def build_turn(clause: Clause) -> Operation | None:
    turn = int(clause.get(Word.TURN) or 0)
    sides = list_sides(clause)
    if not clause.is_direction or len(sides) > 1 or sides not in ([], ["left"], ["right"]):
        return None
    if sides:
        sign = -1 if sides[0] == "left" else 1
        turn = turn * sign if turn else 90 * sign
    return build_rotation(clause.get(Word.DEGREES) or clause.get(Word.NUMBER), turn)


def build_straightening(clause: Clause) -> Operation | None:
    turned = build_turn(clause)
    if turned is not None and abs(turned.degrees) > _MAX_CROOKED:
        raise ImpossibleEditError(_TOO_CROOKED)
    return turned and Operation(OperationKind.STRAIGHTEN, degrees=turned.degrees)


def build_flip(clause: Clause) -> Operation | None:
    is_noun = clause.get(Word.FLIP) == "noun" and not (clause.names_it or clause.has(Word.AXIS))
    if is_noun or not clause.is_direction:
        return None
    sides = list_sides(clause)
    is_vertical = clause.get(Word.AXIS) == "v" or sides in (["top", "bottom"], ["bottom", "top"])
    return Operation(OperationKind.FLIP, is_vertical=is_vertical)


def build_grey(_clause: Clause) -> Operation | None:
    return Operation(OperationKind.GREY)


def build_print(clause: Clause) -> Operation | None:
    """How many pixels of it are an inch in print, none of which is changed."""
    dpi = int(clause.get(Word.DPI))
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise ImpossibleEditError(_IMPOSSIBLE_DPI)
    return Operation(OperationKind.PRINT, dpi=dpi)


def build_strip(_clause: Clause) -> Operation | None:
    return Operation(OperationKind.STRIP)


def build_conversion(clause: Clause) -> Operation | None:
    extension = clause.get(Word.FORMAT).replace("jpeg", "jpg")
    return Operation(OperationKind.CONVERT, extension=extension)


def build_conversion_of_one(clause: Clause) -> Operation | None:
    """“As jpg” is no change of a picture, unless it is of a page."""
    return build_conversion(clause) if clause.page or clause.positions else None


def build_difference(clause: Clause) -> ComparePixels | None:
    return _build_comparison(clause, is_overlay=False)


def build_overlay(clause: Clause) -> ComparePixels | None:
    if clause.has(Word.OLD) != clause.has(Word.NEW):
        return None
    if clause.get(Word.PERCENT) not in ("", "50"):
        return None
    if clause.names and clause.has(Word.OVER, Word.TO):
        # “Overlay logo.png on photo.jpg” is no half transparent picture of both.
        return None
    return _build_comparison(clause, is_overlay=True)


def build_overlay_of_two(clause: Clause) -> ComparePixels | None:
    """“Put this over that” may be said of a logo: two versions are named, or it says how."""
    return build_overlay(clause) if clause.versions or clause.has(Word.SEE_THROUGH) else None


def _build_comparison(clause: Clause, *, is_overlay: bool) -> ComparePixels | None:
    versions, positions = (_make_pair(named) for named in (clause.versions, clause.positions))
    named = [len(one) for one in (clause.versions, clause.positions, clause.names)]
    if sum(named) not in (0, 2) or 1 in named or clause.page:
        return None
    return ComparePixels(versions, is_overlay, positions, clause.names)


def _make_pair(numbers: Sequence[int]) -> tuple[int, int] | None:
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def build_palette_of_picture(clause: Clause) -> ShowPalette | None:
    """“Colours of the picture”; which ones “it” has is asked of what it shows."""
    is_within = clause.has_value(Word.HAVE, "in")
    return build_palette(clause) if clause.names_one or is_within else None


def build_palette(clause: Clause) -> ShowPalette | None:
    count = clause.get(Word.NUMBER)
    if (
        clause.is_all
        or clause.get(Word.SHOW) == "mark"
        or (count and not count.isdecimal())
        or len(clause.versions) + len(clause.positions) + len(clause.names) > 1
        or clause.page
    ):
        return None
    version, position = (next(iter(named), None) for named in (clause.versions, clause.positions))
    return ShowPalette(version, read_colour_count(count), position, clause.names)
