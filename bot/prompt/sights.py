"""Says how closely pictures are seen: at which scale, and in how many parts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.files import Image
from bot.domain.messages import Message

_IN_PARTS_MESSAGE = "{width}×{height} pixels, seen at 1:1 in one part"
_IN_PARTS_PLURAL = "{width}×{height} pixels, seen at 1:1 in {count} parts"
_SCALED_PARTS_MESSAGE = "{width}×{height} pixels, seen in one part at {percent} %"
_SCALED_PARTS_PLURAL = "{width}×{height} pixels, seen in {count} parts at {percent} %"
_REGION_MESSAGE = "{width}×{height} pixels, of which a part of {wide}×{high} was seen at 1:1"
_SCALED_REGION_MESSAGE = (
    "{width}×{height} pixels, of which a part of {wide}×{high} was seen at {percent} %"
)
_WHOLE_MESSAGE = "{width}×{height} pixels, seen at 1:1"
_SCALED_MESSAGE = "{width}×{height} pixels, seen at {percent} %"
_SMALLER_NOTE = (
    "[{name} has {width:,}×{height:,} pixels and is shown at {percent} % of that. Where something"
    " in it is too small to read, say so instead of guessing: asked for it by its place, such as"
    " “zoom into the top right”, the program sends you that part at full size.]"
)


def format_sight(pictures: Sequence[Image]) -> Message | None:
    """Return how the picture of one file was seen; None where its size alone says it."""
    parts = [picture for picture in pictures if picture.sight.box is not None]
    if parts:
        return _format_parts(parts)
    if len(pictures) != 1 or not pictures[0].sight.full_width:
        return None
    picture, sight = pictures[0], pictures[0].sight
    size: dict[str, Any] = {"width": sight.full_width, "height": sight.full_height}
    if _is_smaller(picture):
        return Message(_SCALED_MESSAGE, percent=picture.percent, **size)
    return Message(_WHOLE_MESSAGE, **size) if sight.is_original else None


def list_smaller_notes(pictures: Sequence[Image]) -> list[str]:
    """Return a note for the model on each picture that it sees smaller than it is, and whole."""
    in_parts = {picture.file_id for picture in pictures if picture.sight.box is not None}
    return [
        _SMALLER_NOTE.format(
            name=picture.name,
            width=picture.sight.full_width,
            height=picture.sight.full_height,
            percent=picture.percent,
        )
        for picture in pictures
        if _is_smaller(picture) and picture.file_id not in in_parts
    ]


def _is_smaller(picture: Image) -> bool:
    """Whether it shows all of the picture in its file, with fewer pixels."""
    return picture.sight.box is None and bool(picture.sight.full_width) and picture.percent < 100


def _format_parts(parts: Sequence[Image]) -> Message:
    sight, percent = parts[0].sight, min(part.percent for part in parts)
    values: dict[str, Any] = {
        "width": sight.full_width,
        "height": sight.full_height,
        "percent": percent,
    }
    wide, high = _measure_shown(parts)
    if (wide, high) != (sight.full_width, sight.full_height):
        if percent == 100:
            return Message(_REGION_MESSAGE, wide=wide, high=high, **values)
        return Message(_SCALED_REGION_MESSAGE, wide=wide, high=high, **values)
    count = len(parts)
    if percent == 100:
        return Message(_IN_PARTS_MESSAGE, plural=_IN_PARTS_PLURAL, count=count, **values)
    return Message(_SCALED_PARTS_MESSAGE, plural=_SCALED_PARTS_PLURAL, count=count, **values)


def _measure_shown(parts: Sequence[Image]) -> tuple[int, int]:
    """Return the size of what all parts show together."""
    boxes = [part.sight.shown_box for part in parts]
    return (
        max(box[2] for box in boxes) - min(box[0] for box in boxes),
        max(box[3] for box in boxes) - min(box[1] for box in boxes),
    )
