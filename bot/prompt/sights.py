"""Says how closely pictures are seen: at which scale, and in how many parts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.files import Image
from bot.domain.messages import Message, MessageList
from bot.domain.pictures.in_files import (
    find_least_percent,
    list_by_picture,
    list_parts,
    name_inner_picture,
)

_IN_PARTS_MESSAGE = "{width}×{height} pixels, seen at 1:1 in one part"
_IN_PARTS_PLURAL = "{width}×{height} pixels, seen at 1:1 in {count} parts"
_SCALED_PARTS_MESSAGE = "{width}×{height} pixels, seen in one part at {percent} %"
_SCALED_PARTS_PLURAL = "{width}×{height} pixels, seen in {count} parts at {percent} %"
_REGION_MESSAGE = "{width}×{height} pixels, of which a part of {wide}×{high} was seen at 1:1"
_SCALED_REGION_MESSAGE = (
    "{width}×{height} pixels, of which a part of {wide}×{high} was seen at {percent} %"
)
_SCALED_PICTURES_MESSAGE = "{count} pictures of about {width}×{height} pixels, seen at {percent} %"
_PICTURES_PARTS_MESSAGE = (
    "{count} pictures of about {width}×{height} pixels, seen at 1:1 in {parts} parts"
)
_SCALED_PICTURES_PARTS_MESSAGE = (
    "{count} pictures of about {width}×{height} pixels, seen in {parts} parts at {percent} %"
)
_WHOLE_MESSAGE = "{width}×{height} pixels, seen at 1:1"
_SCALED_MESSAGE = "{width}×{height} pixels, seen at {percent} %"
_SMALLER_NOTE = (
    "[{name} has {width:,}×{height:,} pixels and is shown at {percent} % of that. Where something"
    " in it is too small to read, say so instead of guessing: asked for it by its place, such as"
    " “zoom into the top right”, the program sends you that part at full size.]"
)
_SEVERAL_SMALLER_NOTE = (
    "[{count:,} pictures in {name} are shown at {percent} % of their size. Where something in them"
    " is too small to read, say so instead of guessing: asked for it by its place, such as “zoom"
    " into the top right of {label}”, the program sends you that part at full size.]"
)
# More pictures of a file are told of together.
_MAX_TOLD_APART = 6


def format_sight(pictures: Sequence[Image], file_name: str) -> Message | None:
    """Return how the pictures of one file were seen; None where their size alone says it."""
    shown = list_by_picture(pictures)
    return _format_several(shown, file_name) if len(shown) > 1 else _format_single(pictures)


def _format_single(sent: Sequence[Image]) -> Message | None:
    """Return how a picture was seen of which `sent` is sent."""
    parts = list_parts(sent)
    if parts:
        return _format_parts(parts)
    if not sent or not sent[0].sight.full_width:
        return None
    picture, sight = sent[0], sent[0].sight
    size: dict[str, Any] = {"width": sight.full_width, "height": sight.full_height}
    if _is_smaller(picture):
        return Message(_SCALED_MESSAGE, percent=picture.percent, **size)
    return Message(_WHOLE_MESSAGE, **size) if sight.is_original else None


def _format_several(shown: Sequence[Sequence[Image]], file_name: str) -> Message | None:
    parts = [list_parts(sent) for sent in shown]
    if any(parts) and not all(parts) and len(shown) <= _MAX_TOLD_APART:
        return MessageList([_format_apart(sent, file_name) for sent in shown], "; ")
    percent, count = min(map(find_least_percent, shown)), sum(map(len, parts))
    sights = [sent[0].sight for sent in shown]
    if not count and (percent == 100 or not any(sight.full_width for sight in sights)):
        return None
    largest = max(sights, key=lambda sight: sight.full_width * sight.full_height)
    values: dict[str, Any] = {
        "count": len(shown),
        "width": largest.full_width,
        "height": largest.full_height,
        "parts": count,
        "percent": percent,
    }
    if not count:
        return Message(_SCALED_PICTURES_MESSAGE, **values)
    return Message(
        _PICTURES_PARTS_MESSAGE if percent == 100 else _SCALED_PICTURES_PARTS_MESSAGE, **values
    )


def _format_apart(sent: Sequence[Image], file_name: str) -> Message:
    """Return how one of several pictures of a file was seen, with its name there."""
    first = sent[0]
    seen = _format_single(sent) or Message(_WHOLE_MESSAGE, width=first.width, height=first.height)
    return MessageList([name_inner_picture(first, file_name), seen], ": ")


def list_smaller_notes(pictures: Sequence[Image], file_names: Mapping[str, str]) -> list[str]:
    """Return a note for the model on each file of which it sees pictures smaller than they are.

    `file_names` are by the files' ids.
    """
    small = dict[str, list[Image]]()
    for first, *others in list_by_picture(pictures):
        if _is_smaller(first) and not list_parts(others):
            small.setdefault(first.file_id, []).append(first)
    return [_format_smaller(file_names[file_id], shown) for file_id, shown in small.items()]


def _format_smaller(name: str, pictures: Sequence[Image]) -> str:
    smallest = min(pictures, key=lambda one: one.percent)
    sight, percent = smallest.sight, smallest.percent
    if len(pictures) > 1:
        return _SEVERAL_SMALLER_NOTE.format(
            count=len(pictures), name=name, percent=percent, label=smallest.label
        )
    return _SMALLER_NOTE.format(
        name=smallest.label, width=sight.full_width, height=sight.full_height, percent=percent
    )


def _is_smaller(picture: Image) -> bool:
    """Whether it shows all of the picture in its file, with fewer pixels."""
    return picture.sight.box is None and bool(picture.sight.full_width) and picture.percent < 100


def _format_parts(parts: Sequence[Image]) -> Message:
    sight, percent = parts[0].sight, find_least_percent(parts)
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
