"""Says in words which part of a picture is shown, for the model and for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.files import Image
from bot.domain.messages import Message
from bot.domain.pictures.in_files import find_least_percent
from bot.domain.pictures.sight import Box, Sight

SCALED_MESSAGE = (
    "_{name} is too large to look at all of it at its full size: I saw it at {percent} %. Name a"
    " part, as in “zoom into the top right”, and I look at that one at full size._"
)
SEVERAL_SCALED_MESSAGE = (
    "_These pictures together are too large to look at all of them at their full size: I saw"
    " {count:,} of them smaller, at {percents} %. Ask about fewer at once, or name one and a part"
    " of it, as in “zoom into the top right of {name}”, and I look at that at full size._"
)
# A part that is as wide as this has no side.
_WIDE_SHARE = 0.75
_FIRST_THIRD, _LAST_THIRD = 0.4, 0.6


def add_part_labels(pictures: Sequence[Image]) -> tuple[Image, ...]:
    """Return the pictures that show one, each part with its number, its place and its scale.

    That is what the model needs to say “in the top right”. Each keeps what tells which page, frame
    or picture of its file it is of.
    """
    count = sum(picture.sight.box is not None for picture in pictures)
    labelled, number = list[Image](), 0
    for picture in pictures:
        box, label = picture.sight.box, "overview" if count else ""
        if box is not None:
            number += 1
            label = _format_part(picture, box, number, count)
        part = ", ".join(filter(None, (picture.part, label)))
        labelled.append(replace(picture, part=part))
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


def list_scaled_messages(shown: Iterable[tuple[str, Sequence[Image]]]) -> list[Message]:
    """Return what people are told of pictures that are seen smaller than they are: one sentence.

    `shown` are the name of each picture and what is sent of it.
    """
    percents = [(name, find_least_percent(sent)) for name, sent in shown]
    small = [(name, percent) for name, percent in percents if percent < 100]
    if not small:
        return []
    name, percent = small[0]
    if len(small) == 1:
        return [Message(SCALED_MESSAGE, name=name, percent=percent)]
    least, *_, most = sorted(percent for _, percent in small)
    scales = str(least) if least == most else f"{least}–{most}"
    return [Message(SEVERAL_SCALED_MESSAGE, count=len(small), percents=scales, name=name)]
