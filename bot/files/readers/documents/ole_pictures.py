"""Counts the pictures in old Office files by how each begins (MS-ODRAW 2.2.23). Decodes none."""

from __future__ import annotations

import re

# By kind: EMF, WMF, PICT, JPEG (four), PNG, bitmap, TIFF; each with one or two checksums.
_BEGINNINGS = (
    ("F01A", "3D4 3D5"), ("F01B", "216 217"), ("F01C", "542 543"), ("F01D", "46A 46B 6E2 6E3"),
    ("F01E", "6E0 6E1"), ("F01F", "7A8 7A9"), ("F029", "6E4 6E5"), ("F02A", "46A 46B 6E2 6E3"),
)  # fmt: skip
_PICTURE = re.compile(
    b"|".join(
        re.escape(
            (int(instance, 16) << 4).to_bytes(2, "little") + int(kind, 16).to_bytes(2, "little")
        )
        for kind, instances in _BEGINNINGS
        for instance in instances.split()
    )
)


def count_pictures(data: bytes) -> int:
    """Return how many pictures an OLE container of Office holds; each is counted once."""
    return sum(1 for _ in _PICTURE.finditer(data))
