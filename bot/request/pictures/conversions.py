"""Commands on the pictures of a thread: `history`, `compare v2 and v4`, `v2 as jpg`. Pure.

What changes a picture is read in `edit_words.py`; what is done: `bot.commands`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.messages import Message
from bot.domain.pictures.sizes import MAX_MADE_SIDE
from bot.request.pictures.called_files import NAME_PATTERN
from bot.request.pictures.edit_names import ENGLISH_POSITIONS

_HISTORY_PATTERN = re.compile(
    r"(?:show (?:me )?(?:the )?)?(?:picture )?(?:history|versions)(?: please)?\W*", re.IGNORECASE
)
_COMPARE_PATTERN = re.compile(
    r"compare\s+(v\d{1,4}(?:\s*(?:,|and|with|to|vs\.?|&)\s*v\d{1,4}){1,3})\W*", re.IGNORECASE
)
_VERB = (
    r"(?:please |can you )?(?:convert|save|give me|send|send me|export|download|make|turn|change)?"
)
_NTH = (
    rf"(?:the )?(?P<position>{'|'.join(ENGLISH_POSITIONS)})"
    rf" (?:one|picture|image|photo|version|drawing|screenshot|{NAME_PATTERN})"
)
_NAMED = (
    r"(?:it|this|that|(?:the|this|my) (?:picture|image|photo)|v(?P<version>\d{1,4})"
    rf"|(?P<name>{NAME_PATTERN})|{_NTH})"
)
_PICTURE = rf"(?:\s?{_NAMED})?"
_WIDTH = r"(?:at |to )?(?P<width>[1-9]\d{1,3}) ?(?:px|pixels)?(?: wide)?"
_AS = r"\s?(?:as|into|to|in) (?:an? )?"
_CONVERT_PATTERN = re.compile(
    rf"{_VERB}{_PICTURE}{_AS}(?P<format>jpe?g|webp|png)(?: {_WIDTH})?(?: please)?\W*",
    re.IGNORECASE,
)
# “Make it a png” is said of a file, “make a png” of what is to be drawn.
_MAKE_PATTERN = re.compile(
    rf"(?:please |can you )?(?:(?:make|turn) {_NAMED} (?:into )?|(?:give|send) me |i need )"
    rf"an? (?P<format>jpe?g|webp|png)(?: {_WIDTH})?(?: please)?\W*",
    re.IGNORECASE,
)
_RESIZE_PATTERN = re.compile(
    rf"{_VERB}{_PICTURE}\s?(?:at|to) (?P<width>[1-9]\d{{1,3}}) ?(?:px |pixels )?wide"
    r"(?: please)?\W*",
    re.IGNORECASE,
)
_UNSUPPORTED = (
    (
        re.compile(
            rf"{_VERB}{_PICTURE}{_AS}(?P<format>gif|tiff?|bmp|heic|avif|svg|psd|pdf|ico)"
            r"(?: please)?\W*",
            re.IGNORECASE,
        ),
        Message("I make jpg, png and webp of a picture. Please ask for one of those."),
    ),
    (
        re.compile(
            r"compare\s+v\d{1,4}(?:\s?(?:,|and|with|to|vs\.?|&)\s?v\d{1,4}){4,20}\W*",
            re.IGNORECASE,
        ),
        Message("I compare up to four versions at a time. Please name fewer."),
    ),
    (
        re.compile(
            rf"{_VERB}{_PICTURE}(?:{_AS}\w{{3,4}})?,?\s?(?:(?:at|to) )?\d{{5,9}}"
            r" ?(?:px |pixels )?wide\W*",
            re.IGNORECASE,
        ),
        Message(
            "I make pictures up to {limit:,} pixels large. Please ask for fewer.",
            limit=MAX_MADE_SIDE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """`history`: all pictures that were made in the thread, on one sheet."""


@dataclass(frozen=True, slots=True)
class CompareVersions:
    """`compare v2 and v4`: these versions side by side, in this order."""

    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConvertPicture:
    """`v2 as jpg at 1024 wide`. Without a `version`, and a `position` among several from 0, the
    newest picture is meant, or the one of `names`; without a `format` it keeps its own; without a
    `width` its size."""

    version: int | None
    format: str
    width: int | None
    position: int | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnsupportedCommand:
    """A command that Easel understands and cannot run; `user_message` says what it can."""

    user_message: Message


PictureCommand: TypeAlias = ShowHistory | CompareVersions | ConvertPicture | UnsupportedCommand


def parse_picture_command(line: str) -> PictureCommand | None:
    """Return the command on pictures that a short English `line` is; None for other lines."""
    for pattern, user_message in _UNSUPPORTED:
        if pattern.fullmatch(line):
            return UnsupportedCommand(user_message)
    conversions = (_CONVERT_PATTERN, _RESIZE_PATTERN, _MAKE_PATTERN)
    converted = next(filter(None, (one.fullmatch(line) for one in conversions)), None)
    if converted is not None:
        return _build_conversion(converted.groupdict())
    compared = _COMPARE_PATTERN.fullmatch(line)
    if compared is not None:
        numbers = re.findall(r"v(\d+)", compared[1], re.IGNORECASE)
        return CompareVersions(tuple(dict.fromkeys(int(number) for number in numbers)))
    return ShowHistory() if _HISTORY_PATTERN.fullmatch(line) else None


def _build_conversion(groups: Mapping[str, str | None]) -> ConvertPicture:
    version, width, position = (groups.get(name) for name in ("version", "width", "position"))
    return ConvertPicture(
        version=int(version) if version else None,
        format=(groups.get("format") or "").lower(),
        width=int(width) if width else None,
        position=ENGLISH_POSITIONS[position.lower()] if position else None,
        names=(name,) if (name := groups.get("name")) else (),
    )
