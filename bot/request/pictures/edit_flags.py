"""Reads what is done to a picture as flags: `v2 --crop 16:9 --rotate 90`. Pure.

See `edit_words.py` for sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

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
from bot.request.pictures.edit_values import build_resize, build_rotation, build_shaping

_MAX_OPERATIONS = 6
_DEFAULT_COLOURS, _MAX_COLOURS = 6, 12
_FLAG_PATTERN = re.compile(
    r"(?:--|—|–)([a-z]+)(?:[ =]([^\s—–-][^\s]*(?: [^\s—–-][^\s]*)?))?(?=\s|$)"
)


def parse_edit_flags(words: str, version: int | None) -> PictureEdit | None:
    """Read flags alone, such as `--crop 16:9 --rotate 90`; None with another word among them."""
    found = [(match[1], match[2] or "") for match in _FLAG_PATTERN.finditer(words)]
    if _FLAG_PATTERN.sub("", words).strip() or not found:
        return None
    if (
        any(name not in edit_names.OPERATION_FLAGS for name, _ in found)
        or len(found) > _MAX_OPERATIONS
    ):
        return None
    if len(found) == 1 and found[0][0] in ("palette", "diff", "overlay"):
        return _parse_single_flag(*found[0], version)
    operations = [_parse_flag(name, value) for name, value in found]
    if any(operation is None for operation in operations):
        return None
    return EditPicture(tuple(one for one in operations if one is not None), version)


def _parse_single_flag(name: str, value: str, version: int | None) -> PictureEdit | None:
    if name == "palette":
        count = int(value) if re.fullmatch(r"\d{1,2}", value) else 6
        return (
            ShowPalette(version, max(1, min(count, 12))) if not value or value.isdigit() else None
        )
    named = [int(number) for number in re.findall(r"v(\d{1,4})\b", value)]
    versions = [*([] if version is None else [version]), *named]
    if len(versions) not in (0, 2) or (value and not named):
        return None
    pair = (versions[0], versions[1]) if versions else None
    return ComparePixels(pair, is_overlay=name == "overlay")


def _parse_flag(name: str, value: str) -> Operation | None:
    """Return the operation of one flag; None for one that is none. Raises as above."""
    read = _FLAG_READERS.get(name)
    return read(value) if read else None


def _parse_format(value: str) -> Operation | None:
    extension = value.replace("jpeg", "jpg")
    if extension not in FORMATS:
        return None
    return Operation(OperationKind.CONVERT, extension=extension)


def _parse_flip(value: str) -> Operation | None:
    if value not in ("", "h", "v", "horizontal", "vertical"):
        return None
    return Operation(OperationKind.FLIP, is_vertical=value.startswith("v"))


def _parse_rotation(value: str) -> Operation | None:
    if value in edit_names.TURNS:
        return build_rotation("", edit_names.TURNS[value])
    return build_rotation(value, 0) if re.fullmatch(r"-?\d{1,6}", value) else None


def _parse_resize(value: str) -> Operation | None:
    if re.fullmatch(r"\d{1,6}%", value):
        return build_resize({"percent": value.rstrip("%")})
    return build_shaping(OperationKind.RESIZE, value, "")


def _parse_padding(value: str) -> Operation | None:
    shape, _, colour = value.rpartition(" ")
    if not shape or build_shaping(OperationKind.PAD, value, ""):
        return build_shaping(OperationKind.PAD, value, "")
    return build_shaping(OperationKind.PAD, shape, colour)


_FLAG_READERS: Mapping[str, Callable[[str], Operation | None]] = {
    "crop": lambda value: build_shaping(OperationKind.CROP, value, ""),
    "pad": _parse_padding,
    "rotate": _parse_rotation,
    "flip": _parse_flip,
    "resize": _parse_resize,
    "strip": lambda value: Operation(OperationKind.STRIP) if not value else None,
    "as": _parse_format,
}
