"""What is said of parts of pictures: to the person, and to the model. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.files import Image
from bot.domain.messages import Message
from bot.domain.pictures.areas import TINTED_PART, EditMask, format_places
from bot.domain.safe_text import BRACKET_TRANSLATION
from bot.files.masking.maker import Composite

NO_SUCH_CELL = (
    "{name} has no cell {cell}: its grid goes from A1 to {last}. `grid` shows it, free of charge."
)
_NO_SUCH_AREA = "There is one marked area on {name}, and no {number}. Say “area 1”."
_NO_SUCH_AREAS = (
    "There are {count} marked areas on {name}, and no {number}. Say for example “only 2”."
)
_ONE_AREA = (
    "_Is this what you marked on {name}? Then say “area 1”. If not, mark it in one bright colour"
    " and send it again, or name cells of its `grid`: “only B3: make it blue”._"
)
_AREAS = (
    "_I see {count} areas on {name} that may be marked, numbered here. Which one do you mean? Say"
    " “only 2” or “1 and 3”, “the left one”, or “all”._"
)
NO_MARKS = (
    "_I see no mark on {name}. Name cells of its grid, which is here (“only B3: make it blue”), or"
    " mark it in one bright colour and send it again._"
)
_AREAS_ALT = "{name} with one area in pink, numbered 1"
_AREAS_ALTS = "{name} with {count} areas in pink, numbered from 1"
_KEPT = "_v{drawn} is what the model drew. In v{version}, {part} is exactly as it was._"
_KEPT_EACH = (
    "_v{first} to v{drawn} are what the model drew. In v{next} to v{version}, {part} is exactly as"
    " it was._"
)
_KEPT_SMALLER = (
    "_v{drawn} is what the model drew. In v{version}, {part} is as it was, at {width:,} ×"
    " {height:,} pixels instead of {full_width:,} × {full_height:,}._"
)
_KEPT_EACH_SMALLER = (
    "_v{first} to v{drawn} are what the model drew. In v{next} to v{version}, {part} is as it was,"
    " at {width:,} × {height:,} pixels instead of {full_width:,} × {full_height:,}._"
)
_NOT_KEPT = (
    "_v{drawn} is what the model drew. I could not put back {part}: it may have changed as well."
    " Ask again for another try._"
)
_NOT_KEPT_EACH = (
    "_v{first} to v{drawn} are what the model drew. I could not put back {part}: it may have"
    " changed as well. Ask again for another try._"
)
_OUTSIDE = "everything outside of the part you chose"
_INSIDE = "the part you wanted to keep"
_CHANGE_REST = (
    "[Only a part of {} stays exactly as it is: {}. All the rest of it is what is meant to change.]"
)
_KEPT_JPEG = (
    "_v{drawn} is what the model drew. In v{version}, {part} is as it was, but for what is lost by"
    " saving it as a JPEG._"
)
_KEPT_EACH_JPEG = (
    "_v{first} to v{drawn} are what the model drew. In v{next} to v{version}, {part} is as it was,"
    " but for what is lost by saving it as a JPEG._"
)
_CHANGE_ONLY = "[Only a part of {} is meant: {}. All the rest of it stays exactly as it is.]"
_MASKED = "[Where your drawing tool takes a mask, what is to change is its mask already.]"
_TINTED = (
    "[{} shows it again with what is to change in half-transparent pink. The pink is no part of the"
    " picture: make what is asked of the picture without it.]"
)
_STROKES = "[The marks on it are strokes by which they point: no mark is left in what you make.]"
_WISH = "[What they want of it, they wrote before: {}]"


def build_no_such_area(name: str, count: int, number: int) -> Message:
    """Return what is told where an area is chosen that there is not."""
    return Message(_NO_SUCH_AREA, plural=_NO_SUCH_AREAS, name=name, count=count, number=number)


def build_choice(name: str, count: int) -> Message:
    """Return the question which of the areas is meant."""
    return Message(_ONE_AREA, plural=_AREAS, name=name, count=count)


def build_areas_alt_text(name: str, count: int) -> Message:
    """Return what a screen reader says of the picture with the areas."""
    return Message(_AREAS_ALT, plural=_AREAS_ALTS, name=name, count=count)


def format_kept(first: int, composites: Sequence[Composite], mask: EditMask) -> Message:
    """Say that the versions from `first` on are the model's, and that each has its composite after
    them: with all of the original but for the part of `mask`, or which size it has, or that it is
    a JPEG."""
    count, drawn = len(composites), first + len(composites) - 1
    (width, height), full_size = min(one.size for one in composites), mask.full_size
    values: dict[str, Any] = {
        "first": first,
        "drawn": drawn,
        "next": drawn + 1,
        "version": drawn + count,
        "part": _name_kept_part(mask),
        "width": width,
        "height": height,
        "full_width": full_size[0],
        "full_height": full_size[1],
    }
    if width < full_size[0] or height < full_size[1]:
        return Message(_KEPT_SMALLER if count == 1 else _KEPT_EACH_SMALLER, **values)
    if not all(one.is_exact for one in composites):
        return Message(_KEPT_JPEG if count == 1 else _KEPT_EACH_JPEG, **values)
    return Message(_KEPT if count == 1 else _KEPT_EACH, **values)


def format_not_kept(first: int, count: int, mask: EditMask) -> Message:
    """Say of the versions from `first` on that they are all the model's, outside of `mask` too."""
    values: dict[str, Any] = {"first": first, "drawn": first + count - 1}
    return Message(
        _NOT_KEPT if count == 1 else _NOT_KEPT_EACH, part=_name_kept_part(mask), **values
    )


def _name_kept_part(mask: EditMask) -> Message:
    return Message(_INSIDE) if mask.is_inverted else Message(_OUTSIDE)


def list_model_notes(
    mask: EditMask, picture: Image, wish: str, *, is_tinted: bool, is_marked: bool
) -> list[str]:
    """Return the notes by which the model learns which part is meant."""
    text = _CHANGE_REST if mask.is_inverted else _CHANGE_ONLY
    notes = [text.format(picture.label, format_places(mask.boxes))]
    notes += [_TINTED.format(f"{picture.name}, {TINTED_PART},")] if is_tinted else [_MASKED]
    notes += [_STROKES] if is_marked else []
    if wish:
        notes.append(_WISH.format(" ".join(wish.translate(BRACKET_TRANSLATION).split())))
    return notes
