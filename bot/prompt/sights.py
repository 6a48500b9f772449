"""Says how closely pictures are seen: at which scale, and in how many parts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
_SCALED_PICTURES_MESSAGE = "{count} pictures of about {width}×{height} pixels, seen at {percent} %"
_WHOLE_MESSAGE = "{width}×{height} pixels, seen at 1:1"
_SCALED_MESSAGE = "{width}×{height} pixels, seen at {percent} %"
_SMALLER_NOTE = (
    "[{name} has {width:,}×{height:,} pixels and is shown at {percent} % of that. Where something"
    " in it is too small to read, say so instead of guessing: asked for it by its place, such as"
    " “zoom into the top right”, the program sends you that part at full size.]"
)
_SMALLER_PARTS_NOTE = (
    "[What {name} holds is shown at {percent} % of its size. Where something in it is too small to"
    " read, say so instead of guessing: sent as a picture of its own, it is seen at full size.]"
)


def format_sight(pictures: Sequence[Image]) -> Message | None:
    """Return how the picture of one file was seen; None where its size alone says it."""
    parts = [picture for picture in pictures if picture.sight.box is not None]
    if parts:
        return _format_parts(parts)
    if len(pictures) > 1:
        return _format_several(pictures)
    if not pictures or not pictures[0].sight.full_width:
        return None
    picture, sight = pictures[0], pictures[0].sight
    size: dict[str, Any] = {"width": sight.full_width, "height": sight.full_height}
    if _is_smaller(picture):
        return Message(_SCALED_MESSAGE, percent=picture.percent, **size)
    return Message(_WHOLE_MESSAGE, **size) if sight.is_original else None


def _format_several(pictures: Sequence[Image]) -> Message | None:
    smallest = min(pictures, key=lambda picture: picture.percent)
    if smallest.percent == 100:
        return None
    return Message(
        _SCALED_PICTURES_MESSAGE,
        count=len(pictures),
        width=smallest.sight.full_width,
        height=smallest.sight.full_height,
        percent=smallest.percent,
    )


def list_smaller_notes(pictures: Sequence[Image], file_names: Mapping[str, str]) -> list[str]:
    """Return a note for the model on each file of which it sees pictures smaller than they are.

    `file_names` are by the files' ids. Of a picture in a file of several no part can be asked for.
    """
    in_parts = {picture.file_id for picture in pictures if picture.sight.box is not None}
    notes = dict[str, str]()
    for picture in sorted(pictures, key=lambda one: one.percent):
        if not _is_smaller(picture) or picture.file_id in in_parts:
            continue
        name = file_names.get(picture.file_id, picture.name)
        if name == picture.name and not picture.part:
            note = _SMALLER_NOTE.format(
                name=name,
                width=picture.sight.full_width,
                height=picture.sight.full_height,
                percent=picture.percent,
            )
        else:
            note = _SMALLER_PARTS_NOTE.format(name=name, percent=picture.percent)
        notes.setdefault(picture.file_id, note)
    return [notes[one] for one in dict.fromkeys(p.file_id for p in pictures) if one in notes]


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
