"""Builds what is cut off a picture, or added around it, from the words of one clause. Pure.

As in `values.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.messages import Message
from bot.domain.pictures.operations import Edges, Operation, OperationKind
from bot.request.pictures.edit_values import ImpossibleEditError, parse_colour
from bot.request.pictures.vocabulary.clauses import SIDES, Clause, list_sides, read_number
from bot.request.pictures.vocabulary.words import Word

_OPPOSITE = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
_MAX_PIXELS_OFF = 20_000
_COLOURS_OF_BORDERS = frozenset(("#ffffff", "#000000", "transparent"))
_UNCLEAR_CUT = Message(
    "Shall that part go or stay? Write “cut off …” for what goes, or “keep …” for what stays."
)
_IMPOSSIBLE_MARGIN = Message(
    "I cannot add that to a picture: give a margin in pixels, or in percent below 100, as in “add a"
    " white border of 20 px”."
)
_SUBJECT = Message(
    "I do not cut a picture to a thing by its name: I could miss it. Name the part that stays, as"
    " in “keep the left half” or “cut off the top third”; or write “crop to a square”, which keeps"
    " what stands out. Words such as “draw it closer” ask the model for a new picture of it."
)
_NOTHING_LEFT = Message(
    "I cannot cut that off a picture: give a part of it, as in “cut off the top third” or “cut 100"
    " px off the bottom”."
)


def _read_measure(clause: Clause, impossible: Message = _NOTHING_LEFT) -> float:
    """Return how much of a side is meant: a share below 1, or pixels.

    Raises `ImpossibleEditError`.
    """
    if pixels := clause.get(Word.PIXELS):
        number = read_number(pixels)
        if not 1 <= number <= _MAX_PIXELS_OFF:
            raise ImpossibleEditError(impossible)
        return float(round(number))
    if amount := clause.get(Word.AMOUNT):
        top, bottom = (int(part) for part in amount.split("/"))
        share = top / bottom if bottom else 1.0
    else:
        share = read_number(clause.get(Word.PERCENT)) / 100
    if not 0 < share < 1:
        raise ImpossibleEditError(impossible)
    return share


def build_cut(clause: Clause) -> Operation | None:
    if clause.has_value(Word.CUT, "empty"):
        return None
    sides, measure = list_sides(clause), _read_measure(clause)
    if clause.may_keep:
        raise ImpossibleEditError(_UNCLEAR_CUT)
    if "middle" in sides or (len(sides) == 2 and _OPPOSITE[sides[0]] != sides[1]):
        return None
    if measure < 1 and len(sides) > 1 and measure >= 0.5:
        raise ImpossibleEditError(_NOTHING_LEFT)
    return _build_cut_of(dict.fromkeys(sides, measure))


def build_kept(clause: Clause) -> Operation | None:
    sides, measure = list_sides(clause), _read_measure(clause)
    if sides == ["middle"] and measure < 1:
        # A third in the middle is one of three columns.
        rest = (1 - measure) / 2
        return _build_cut_of({"left": rest, "right": rest})
    if "middle" in sides:
        return None
    if len(sides) == 2 and _OPPOSITE[sides[0]] != sides[1] and measure == 0.25:
        # A quarter at a corner is half of both sides.
        return _build_cut_of({_OPPOSITE[side]: 0.5 for side in sides})
    if len(sides) != 1:
        return None
    return _build_cut_of({_OPPOSITE[sides[0]]: 1 - measure if measure < 1 else -measure})


def build_unclear_cut(clause: Clause) -> Operation | None:
    """“Crop the top third”: of all sides at once, or from a side, it is clear what goes."""
    if len(list_sides(clause)) > 1:
        return build_cut(clause)
    _read_measure(clause)
    raise ImpossibleEditError(_UNCLEAR_CUT)


def _build_cut_of(cut: Mapping[str, float]) -> Operation:
    return Operation(OperationKind.CUT, edges=_order_edges(cut))


def _order_edges(sides: Mapping[str, float]) -> Edges:
    left, top, right, bottom = (sides.get(side, 0) for side in SIDES)
    return left, top, right, bottom


def build_subject(clause: Clause) -> Operation | None:
    """“Crop to the face”, “crop around the dog”: no rule finds these for sure."""
    if clause.has(Word.SIDE) and list_sides(clause) != list(SIDES):
        return None
    raise ImpossibleEditError(_SUBJECT)


def build_trim(clause: Clause) -> Operation | None:
    """At all sides: it is no cut of one."""
    if list_sides(clause) not in ([], list(SIDES)) or not _is_border_of_picture(clause):
        return None
    colour = clause.get(Word.COLOUR)
    return Operation(OperationKind.TRIM, colour=parse_colour(colour) if colour else "")


def _is_border_of_picture(clause: Clause) -> bool:
    """Whether “edges” and “bars” are not those of a thing in it."""
    kind, colour = clause.get(Word.BORDER), clause.get(Word.COLOUR)
    is_clear = clause.has(Word.BLANK) or (
        bool(colour) and parse_colour(colour) in _COLOURS_OF_BORDERS
    )
    return not kind or is_clear or (kind == "edge" and clause.names_picture)


def build_frame(clause: Clause) -> Operation | None:
    """A border of some pixels around a picture."""
    sides = list_sides(clause) or list(SIDES)
    measure = _read_measure(clause, _IMPOSSIBLE_MARGIN)
    colour = clause.get(Word.COLOUR)
    if "middle" in sides:
        return None
    edges = _order_edges(dict.fromkeys(sides, measure))
    margin = parse_colour(colour) if colour else ""
    return Operation(OperationKind.PAD, edges=edges, colour=margin)
