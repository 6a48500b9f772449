"""Finds the picture that a camera put into its raw file: the largest JPEG in it. Decodes nothing.

The light on the sensor itself is not developed: that takes what each camera alone knows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bot.files.tiff_tags import read_first_directory

_START = b"\xff\xd8\xff"
# More beginnings of pictures than any camera writes; most are chance in what is compressed.
_MAX_STARTS = 512
_MAX_SEGMENTS = 200
# Kinds of JPEG that everything shows; raw files hold the sensor's data as lossless ones.
_SHOWN_FRAMES = (0xC0, 0xC1, 0xC2)
_MIN_PIXELS = 160 * 120
_ORIENTATION_TAG = 274


@dataclass(frozen=True, slots=True)
class EmbeddedPicture:
    """A JPEG in a raw file, and its size in pixels as it lies there."""

    data: bytes
    width: int
    height: int


def find_embedded(data: bytes) -> EmbeddedPicture | None:
    """Return the largest JPEG in a raw file, turned as the file says; None if it holds none."""
    found = [(*size, start) for start in _find_starts(data) if (size := _read_size(data, start))]
    if not found:
        return None
    width, height, start = max(found, key=lambda one: one[0] * one[1])
    if width * height < _MIN_PIXELS:
        return None
    return EmbeddedPicture(_add_orientation(data[start:], read_orientation(data)), width, height)


def read_orientation(data: bytes) -> int:
    """Return how the camera was held, as in EXIF (1 to 8), from a raw file's first directory."""
    value = read_first_directory(data).get(_ORIENTATION_TAG, 1)
    return value if 1 <= value <= 8 else 1


def _find_starts(data: bytes) -> Iterator[int]:
    start = data.find(_START)
    for _ in range(_MAX_STARTS):
        if start < 0:
            return
        yield start
        start = data.find(_START, start + 1)


def _read_size(data: bytes, start: int) -> tuple[int, int] | None:
    """Return width and height of the JPEG at `start`; None if it is none that can be shown."""
    at = start + 2
    for _ in range(_MAX_SEGMENTS):
        if at + 9 > len(data) or data[at] != 0xFF:
            return None
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _SHOWN_FRAMES:
            height = int.from_bytes(data[at + 5 : at + 7], "big")
            width = int.from_bytes(data[at + 7 : at + 9], "big")
            return (width, height) if data[at + 4] == 8 and width and height else None
        is_table = marker in (0xC4, 0xDB, 0xDD, 0xFE) or 0xE0 <= marker <= 0xEF
        if not is_table or length < 2:
            return None
        at += 2 + length
    return None


def _add_orientation(jpeg: bytes, orientation: int) -> bytes:
    """Return the JPEG with EXIF that tells how it is turned, unless it has EXIF of its own."""
    if orientation == 1 or b"Exif\0\0" in jpeg[:4096]:
        return jpeg
    tag = struct.pack("<HHIHH", _ORIENTATION_TAG, 3, 1, orientation, 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + tag + bytes(4)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]
