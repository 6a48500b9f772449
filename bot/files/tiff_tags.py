"""Reads the tags of a TIFF's first directory, by which camera files tell what they are."""

from __future__ import annotations

import struct

_MAX_TAGS = 500


def read_first_directory(data: bytes) -> dict[int, int]:
    """Return the tags of a TIFF's first directory with their first bytes; {} for no TIFF.

    Values that lie elsewhere are told by their place.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2], "")
    if not order or len(data) < 16:
        return {}
    tags = {}
    (place,) = struct.unpack_from(f"{order}I", data, 4)
    if place + 2 > len(data):
        return {}
    (count,) = struct.unpack_from(f"{order}H", data, place)
    for number in range(min(count, _MAX_TAGS)):
        at = place + 2 + 12 * number
        if at + 12 > len(data):
            break
        tag, kind = struct.unpack_from(f"{order}HH", data, at)
        form = {1: "B", 3: "H"}.get(kind, "I")
        tags[tag] = int(struct.unpack_from(f"{order}{form}", data, at + 8)[0])
    return tags
