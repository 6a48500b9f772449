"""Tells which letters no font has, from the tables of the fonts themselves.

Only fonts that are installed are looked at, never one that a file brings along.
"""

from __future__ import annotations

import bisect
import functools
import mmap
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.files.readers.fonts import list_font_files

_MAX_ASKED = 3_000
# Formats of the table of letters that hold Unicode (OpenType, "cmap").
_SEGMENTS, _GROUPS = 4, 12
# Joiners and the like have no shape.
_SHAPELESS = ("Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp", "Cn", "Co", "Cs")


def find_missing_letters(words: str) -> str:
    """Return the letters of `words` that are drawn as boxes, each once."""
    asked = dict.fromkeys(sign for sign in words if ord(sign) > 0x17F)
    left = [sign for sign in asked if unicodedata.category(sign) not in _SHAPELESS][:_MAX_ASKED]
    for path in list_font_files():
        if not left:
            break
        starts, ends = _list_ranges(path)
        left = [sign for sign in left if not _is_within(ord(sign), starts, ends)]
    return "".join(left)


def _is_within(code: int, starts: list[int], ends: list[int]) -> bool:
    place = bisect.bisect_right(starts, code) - 1
    return place >= 0 and code <= ends[place]


@functools.cache
def _list_ranges(path: str) -> tuple[list[int], list[int]]:
    """Return the first and the last codes of the ranges that a font has; none if it is damaged."""
    try:
        with (
            Path(path).open("rb") as file,
            mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as data,
        ):
            found = sorted(_read_ranges(data))
    except (OSError, ValueError, struct.error, IndexError):
        return [], []
    return [start for start, _ in found], [end for _, end in found]


def _read_ranges(data: mmap.mmap) -> Iterable[tuple[int, int]]:
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    (count,) = struct.unpack_from(">H", data, start + 4)
    for index in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * index)
        if tag == b"cmap":
            return _read_letters(data, offset)
    return ()


def _read_letters(data: mmap.mmap, table: int) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(">H", data, table + 2)
    found = list[tuple[int, int]]()
    for index in range(count):
        _, _, offset = struct.unpack_from(">HHI", data, table + 4 + 8 * index)
        (form,) = struct.unpack_from(">H", data, table + offset)
        if form == _GROUPS:
            return list(_read_groups(data, table + offset))
        if form == _SEGMENTS and not found:
            found = list(_read_segments(data, table + offset))
    return found


def _read_groups(data: mmap.mmap, at: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", data, at + 12)
    for start, end, _ in struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * count]):
        yield start, end


def _read_segments(data: mmap.mmap, at: int) -> Iterator[tuple[int, int]]:
    (double,) = struct.unpack_from(">H", data, at + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + double)
    yield from zip(starts, ends, strict=True)
