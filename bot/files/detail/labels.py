"""Says in words which part of a picture is shown, for the model and for people. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.files import Image
from bot.domain.messages import Message
from bot.domain.pictures.sight import Box, Sight

SCALED_MESSAGE = (
    "_{name} is too large to look at all of it at its full size: I saw it at {percent} %. Name a"
    " part, as in “zoom into the top right”, and I look at that one at full size._"
)
# A part that is as wide as this has no side.
_WIDE_SHARE = 0.75
_FIRST_THIRD, _LAST_THIRD = 0.4, 0.6


def add_part_labels(pictures: Sequence[Image]) -> tuple[Image, ...]:
    """Return the pictures that show one file, each part with its number, its place and its scale.

    That is what the model needs to say “in the top right”.
    """
    count = sum(picture.sight.box is not None for picture in pictures)
    labelled, number = list[Image](), 0
    for picture in pictures:
        box = picture.sight.box
        if box is None:
            labelled.append(replace(picture, part="overview") if count else picture)
            continue
        number += 1
        labelled.append(replace(picture, part=_format_part(picture, box, number, count)))
    return tuple(labelled)


def _format_part(picture: Image, box: Box, number: int, count: int) -> str:
    left, top, right, bottom = box
    sight = picture.sight
    percent = picture.percent
    scale = "full size" if percent == 100 else f"{percent} % of its size"
    return (
        f"part {number} of {count}, {_name_place(box, sight)}: x {left:,}-{right:,} and"
        f" y {top:,}-{bottom:,} of {sight.full_width:,}×{sight.full_height:,} pixels, at {scale}"
    )


def _name_place(box: Box, sight: Sight) -> str:
    left, top, right, bottom = box
    across = _name_third(left, right, sight.full_width, ("left", "middle", "right"))
    down = _name_third(top, bottom, sight.full_height, ("top", "middle", "bottom"))
    if across == down == "middle":
        return "middle"
    return " ".join(name for name in (down, across) if name) or "all of it"


def _name_third(start: int, end: int, length: int, names: tuple[str, str, str]) -> str:
    if end - start >= _WIDE_SHARE * length:
        return ""
    middle = (start + end) / 2 / length
    return names[0] if middle < _FIRST_THIRD else names[2] if middle > _LAST_THIRD else names[1]


def build_scaled_message(name: str, pictures: Sequence[Image]) -> Message | None:
    """Return a sentence for people if a picture, or its parts, are seen smaller than they are."""
    parts = [picture for picture in pictures if picture.sight.box is not None]
    percent = min((picture.percent for picture in parts or pictures), default=100)
    return Message(SCALED_MESSAGE, name=name, percent=percent) if percent < 100 else None
