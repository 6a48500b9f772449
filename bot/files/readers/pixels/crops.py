"""Finds the part of an AVIF that is to be shown: its clean aperture. Decodes no pixels.

Pillow applies the boxes that turn and mirror, and not this one; the decoder of HEIC applies all.
Source: ISO/IEC 23008-12, 6.5.9 (`clap`), and ISO/IEC 14496-12, 12.1.4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_MAX_BOXES = 2_000
_CONTAINERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}


def find_clean_aperture(data: bytes, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Return the box of the primary picture that is shown, in pixels; None for all of it."""
    boxes = dict(_walk(data, 0, len(data), b""))
    properties = [one for path, one in _walk(data, 0, len(data), b"") if path[:5] == b"/ipco"]
    wanted = _list_properties(boxes.get(b"ipma", b""), _read_primary(boxes.get(b"pitm", b"")))
    for index in wanted:
        if 0 < index <= len(properties) and properties[index - 1][:4] == b"clap":
            return _read_aperture(properties[index - 1][4:], size)
    return None


def _walk(data: bytes, start: int, end: int, parent: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield boxes by name; those of `ipco` as `/ipco…`, in order, each after its own name."""
    for count, (name, body, stop) in enumerate(_list_boxes(data, start, end)):
        if count > _MAX_BOXES:
            return
        if parent == b"ipco":
            yield b"/ipco%d" % count, name + data[body : min(stop, body + 64)]
        elif name in _CONTAINERS:
            yield from _walk(data, body + _CONTAINERS[name], stop, name)
        elif name in (b"pitm", b"ipma"):
            yield name, data[body : min(stop, body + 65_536)]


def _list_boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if size == 1 and start + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        stop = end if size == 0 else start + size
        if stop < body or stop > end:
            return
        yield name, body, stop
        start = stop


def _read_primary(box: bytes) -> int:
    if len(box) < 6:
        return 0
    return int.from_bytes(box[4:6], "big") if box[0] == 0 else int.from_bytes(box[4:8], "big")


def _list_properties(box: bytes, wanted: int) -> list[int]:
    """Return the numbers of the properties that the item `wanted` has, from 1."""
    if len(box) < 8:
        return []
    version, flags = box[0], int.from_bytes(box[1:4], "big")
    id_bytes, index_bytes = (2 if version < 1 else 4), (2 if flags & 1 else 1)
    at = 8
    for _ in range(min(int.from_bytes(box[4:8], "big"), _MAX_BOXES)):
        item = int.from_bytes(box[at : at + id_bytes], "big")
        at += id_bytes
        if at >= len(box):
            return []
        count = box[at]
        at += 1
        found = [
            int.from_bytes(box[at + n * index_bytes : at + (n + 1) * index_bytes], "big")
            & (0x7FFF if index_bytes == 2 else 0x7F)
            for n in range(count)
        ]
        at += count * index_bytes
        if item == wanted:
            return found
    return []


def _read_aperture(box: bytes, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    if len(box) < 32:
        return None
    numbers = struct.unpack_from(">IIIIiIiI", box)
    if not all(numbers[1::2]):
        return None
    width, height, right, down = (
        number / divisor for number, divisor in zip(numbers[::2], numbers[1::2], strict=True)
    )
    left = round(size[0] / 2 + right - width / 2)
    top = round(size[1] / 2 + down - height / 2)
    shown = (
        max(0, left), max(0, top), min(size[0], left + round(width)),
        min(size[1], top + round(height)),
    )  # fmt: skip
    is_part = shown[0] < shown[2] and shown[1] < shown[3] and shown != (0, 0, *size)
    return shown if is_part else None
