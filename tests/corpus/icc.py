"""Builds colour profiles, and computes what their colours are in sRGB.

The arithmetic differs from the reader's, so that the two check each other.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.corpus.case import Colour

Matrix = tuple[tuple[float, float, float], ...]
# Columns are red, green, blue as seen under D50.
DISPLAY_P3: Matrix = (
    (0.51512, 0.29198, 0.15710),
    (0.24120, 0.69225, 0.06657),
    (-0.00105, 0.04189, 0.78407),
)
ADOBE_RGB: Matrix = (
    (0.60974, 0.20528, 0.14919),
    (0.31111, 0.62567, 0.06322),
    (0.01947, 0.06087, 0.74457),
)
_TO_SRGB: Matrix = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)
_WHITE_POINT = (0.9642, 1.0, 0.8249)


def build_rgb_profile(matrix: Matrix, gamma: float = 2.2, name: str = "Made") -> bytes:
    columns = [tuple(row[index] for row in matrix) for index in range(3)]
    tags = {
        b"rXYZ": _encode_xyz(columns[0]),
        b"gXYZ": _encode_xyz(columns[1]),
        b"bXYZ": _encode_xyz(columns[2]),
    }
    tags |= {name: _encode_curve(gamma) for name in (b"rTRC", b"gTRC", b"bTRC")}
    return _build_profile(b"RGB ", b"XYZ ", tags, name)


def build_grey_profile(gamma: float) -> bytes:
    return _build_profile(b"GRAY", b"XYZ ", {b"kTRC": _encode_curve(gamma)}, "Grey")


def build_ink_profile(corners: Sequence[tuple[float, float, float]]) -> bytes:
    """Build a CMYK profile from the Lab colours of its sixteen corners; black varies fastest."""
    ramp = bytes(range(256))
    lab = bytes(
        part
        for light, a, b in corners
        for part in (round(light * 2.55), round(a) + 128, round(b) + 128)
    )
    unit = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + unit + ramp * 4 + lab + ramp * 3
    return _build_profile(b"CMYK", b"Lab ", {b"A2B0": table, b"A2B1": table}, "Ink")


def convert_to_srgb(colour: Colour, matrix: Matrix, gamma: float = 2.2) -> Colour:
    """Convert a colour of an RGB profile to sRGB."""
    linear = [(part / 255) ** gamma for part in colour[:3]]
    seen = [sum(a * b for a, b in zip(row, linear, strict=True)) for row in matrix]
    screen = [sum(a * b for a, b in zip(row, seen, strict=True)) for row in _TO_SRGB]
    return tuple(encode_srgb(part) for part in screen)


def encode_srgb(light: float) -> int:
    """Encode a linear share of light (0 to 1) as sRGB."""
    light = min(1.0, max(0.0, light))
    value = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(255 * value)


def _convert_to_fixed(value: float) -> int:
    return round(value * 65536)


def _encode_xyz(values: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *map(_convert_to_fixed, values))


def _encode_curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


def _build_profile(space: bytes, between: bytes, tags: dict[bytes, bytes], name: str) -> bytes:
    text = name.encode() + b"\x00"
    description = (
        b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    )
    tags = {
        b"desc": description,
        b"cprt": b"text" + bytes(4) + b"none\x00",
        b"wtpt": _encode_xyz(_WHITE_POINT),
        **tags,
    }
    listed, body, at = b"", b"", 132 + 12 * len(tags)
    for tag, value in tags.items():
        padded = value + bytes(-len(value) % 4)
        listed += tag + struct.pack(">II", at + len(body), len(value))
        body += padded
    device = b"prtr" if space == b"CMYK" else b"mntr"
    head = struct.pack(">I", at + len(body)) + bytes(4) + b"\x02\x40\x00\x00" + device + space
    head += between + struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", *map(_convert_to_fixed, _WHITE_POINT))
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + listed + body
