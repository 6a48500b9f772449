"""Says in words which part of a picture is shown, for the model and for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.files import Image
from bot.domain.messages import Message
from bot.domain.pictures.sight import Box, Sight

SCALED_MESSAGE = (
    "_{name} is too large to look at all of it at its full size: I saw it at {percent} %. Name a"
    " part, as in “zoom into the top right”, and I look at that one at full size._"
)
PAGES_SCALED_MESSAGE = (
    "_I saw what {name} holds smaller than it is, at {percent} %. What is sent as a picture of its"
    " own is seen closely._"
)
SEVERAL_SCALED_MESSAGE = (
    "_These pictures together are too large to look at all of them at their full size: I saw"
    " {count:,} of them smaller, at {percents} %. Ask about fewer at once, or name one and a part"
    " of it, as in “zoom into the top right of {name}”, and I look at that at full size._"
)
SEVERAL_PAGES_SCALED_MESSAGE = (
    "_These pictures together are too large to look at all of them at their full size: I saw"
    " {count:,} of them smaller, at {percents} %. Send fewer at once to have them seen closely._"
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


def list_scaled_messages(shown: Iterable[tuple[str, Sequence[Image]]]) -> list[Message]:
    """Return what people are told of pictures that are seen smaller than they are: one sentence.

    `shown` are the name and the pictures of each file.
    """
    small = [(name, pictures) for name, pictures in shown if _find_percent(pictures) < 100]
    percents = sorted(_find_percent(pictures) for _, pictures in small)
    whole = [name for name, pictures in small if _is_whole(name, pictures)]
    if not small:
        return []
    if len(small) == 1:
        name, percent = small[0][0], percents[0]
        return [
            Message(SCALED_MESSAGE if whole else PAGES_SCALED_MESSAGE, name=name, percent=percent)
        ]
    least, *_, most = percents
    values: dict[str, Any] = {
        "count": sum(_count_pictures(pictures) for _, pictures in small),
        "percents": str(least) if least == most else f"{least}–{most}",
    }
    if not whole:
        return [Message(SEVERAL_PAGES_SCALED_MESSAGE, **values)]
    return [Message(SEVERAL_SCALED_MESSAGE, name=whole[0], **values)]


def _find_percent(pictures: Sequence[Image]) -> int:
    parts = [picture for picture in pictures if picture.sight.box is not None]
    return min(picture.percent for picture in parts or pictures)


def _is_whole(name: str, pictures: Sequence[Image]) -> bool:
    """Whether the file is one picture, of which a part can be asked for."""
    return all(picture.name == name for picture in pictures) and (
        (len(pictures) == 1 and not pictures[0].part)
        or any(picture.sight.box is not None for picture in pictures)
    )


def _count_pictures(pictures: Sequence[Image]) -> int:
    """Count the pictures of a file; one that is shown in parts counts once."""
    return 1 if any(picture.sight.box is not None for picture in pictures) else len(pictures)
