"""Reads what is done to a picture as flags: `v2 --crop 16:9 --rotate 90`. Pure.

See `edit_words.py` for sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.domain.messages import Message
from bot.domain.pictures.operations import (
    FORMATS,
    ComparePixels,
    EditPicture,
    Operation,
    OperationKind,
    PictureEdit,
    ShowPalette,
)
from bot.request.pictures import edit_names
from bot.request.pictures.edit_values import (
    ImpossibleEditError,
    build_resize,
    build_scaling,
    build_shaping,
    read_colour_count,
)
from bot.request.pictures.vocabulary.parse import parse_words

_UNKNOWN_VALUE = "I do not understand what `{flag}` is to do here. Write it as in `{example}`."
# A value may begin with a minus.
_WORD = r"(?!(?:--|—|–)[a-z])[^\s]+"
_FLAG_PATTERN = re.compile(rf"(?:--|—|–)([a-z]+)(?:[ =]({_WORD}(?: {_WORD}){{0,6}}))?(?=\s|$)")
_DEGREES_PATTERN = re.compile(r"-?\d{1,6}(?:\.\d{1,3})?")


def parse_edit_flags(words: str, version: int | None) -> PictureEdit | None:
    """Read flags alone, such as `--crop 16:9 --rotate 90`; None with another word among them.

    Raises `ImpossibleEditError`.
    """
    found = [(match[1], match[2] or "") for match in _FLAG_PATTERN.finditer(words)]
    if _FLAG_PATTERN.sub("", words).strip() or not found:
        return None
    names = [name for name, _ in found]
    if not set(names) <= set(edit_names.OPERATION_FLAGS) or len(names) > edit_names.MAX_OPERATIONS:
        return None
    if len(found) == 1 and names[0] in ("palette", "diff", "overlay"):
        return _parse_single_flag(*found[0], version)
    operations = [_parse_flag(name, value) for name, value in found]
    known = [operation for operation in operations if operation is not None]
    return EditPicture(tuple(known), version) if len(known) == len(found) else None


def _parse_single_flag(name: str, value: str, version: int | None) -> PictureEdit:
    if name == "palette":
        if not re.fullmatch(r"\d{0,2}", value):
            raise _build_value_error(name)
        return ShowPalette(version, read_colour_count(value))
    named = [int(number) for number in re.findall(r"\bv(\d{1,4})\b", value)]
    versions = [*([] if version is None else [version]), *named]
    if len(versions) not in (0, 2) or (value and not named):
        raise _build_value_error(name)
    pair = (versions[0], versions[1]) if versions else None
    return ComparePixels(pair, is_overlay=name == "overlay")


def _parse_flag(name: str, value: str) -> Operation | None:
    """Return the operation of one flag; None where more words follow than belong to it.

    Raises `ImpossibleEditError`.
    """
    read = _FLAG_READERS.get(name)
    operation = read(value) if read else None
    if operation is not None:
        return operation
    words = value.split()
    if read and any(read(" ".join(words[:count])) for count in range(len(words) - 1)):
        return None
    raise _build_value_error(name)


def _build_value_error(name: str) -> ImpossibleEditError:
    example = edit_names.FLAG_EXAMPLES[name]
    return ImpossibleEditError(Message(_UNKNOWN_VALUE, flag=f"--{name}", example=example))


def _parse_format(value: str) -> Operation | None:
    extension = value.replace("jpeg", "jpg")
    if extension not in FORMATS:
        return None
    return Operation(OperationKind.CONVERT, extension=extension)


def _parse_flip(value: str) -> Operation | None:
    if value not in ("", "h", "v", "horizontal", "vertical"):
        return None
    return Operation(OperationKind.FLIP, is_vertical=value.startswith("v"))


def _parse_resize(value: str) -> Operation | None:
    number = re.fullmatch(r"(-?\d{1,9}) ?(%|percent|px|pixels)?", value)
    if number is not None:
        build = build_scaling if number[2] in ("%", "percent") else build_resize
        return build(int(number[1]))
    return build_shaping(OperationKind.RESIZE, value, "")


def _parse_padding(value: str) -> Operation | None:
    shape, _, colour = value.rpartition(" ")
    if not shape or build_shaping(OperationKind.PAD, value, ""):
        return build_shaping(OperationKind.PAD, value, "")
    return build_shaping(OperationKind.PAD, shape, colour)


def _parse_words(kind: OperationKind, words: str) -> Operation | None:
    """Read a flag as the words that would say the same, and nothing besides."""
    edit = parse_words(words, None)
    if not isinstance(edit, EditPicture) or len(edit.operations) != 1:
        return None
    # Which picture is meant is said before the flags.
    operation = edit.operations[0]
    is_alone = edit == EditPicture(edit.operations, is_of_photo=edit.is_of_photo)
    return operation if is_alone and operation.kind is kind else None


def _parse_turn(kind: OperationKind, value: str) -> Operation | None:
    # A flag has no thousands: “3,375” are a little more than three.
    plain = value.replace(",", ".")
    with_unit = _DEGREES_PATTERN.sub(r"\g<0> degrees", plain, count=1)
    read = (_parse_words(kind, f"{kind.value} {one}") for one in (with_unit, plain))
    return next(filter(None, read), None)


_FLAG_READERS: Mapping[str, Callable[[str], Operation | None]] = {
    "crop": lambda value: build_shaping(OperationKind.CROP, value, ""),
    "pad": _parse_padding,
    "rotate": lambda value: _parse_turn(OperationKind.ROTATE, value),
    "flip": _parse_flip,
    "resize": _parse_resize,
    "strip": lambda value: Operation(OperationKind.STRIP) if not value else None,
    "as": _parse_format,
    "cut": lambda value: _parse_words(OperationKind.CUT, f"cut off {value}"),
    "trim": lambda value: Operation(OperationKind.TRIM) if not value else None,
    "grey": lambda value: Operation(OperationKind.GREY) if not value else None,
    "dpi": lambda value: _parse_words(OperationKind.PRINT, f"set {value} dpi"),
    "straighten": lambda value: _parse_turn(OperationKind.STRAIGHTEN, value),
    "under": lambda value: _parse_words(OperationKind.COMPRESS, f"under {value}"),
}
