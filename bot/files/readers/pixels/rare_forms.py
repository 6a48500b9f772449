"""Tells sound pictures in forms that no decoder here knows from damaged ones. Decodes nothing.

Sources: ITU-T T.81, table B.1; T.87 (JPEG-LS); TIFF 6.0, tag 259, and its registered extensions.
"""

from __future__ import annotations

from bot.files.tiff_tags import read_first_directory

_COMPRESSION_TAG = 259
_TIFF_FORMS = {
    6: "old JPEG", 33003: "JPEG 2000", 33005: "JPEG 2000", 34661: "JBIG", 34676: "SGI Log",
    34677: "SGI Log", 34712: "JPEG 2000", 34887: "LERC", 34892: "lossy raw", 50001: "WebP",
    50002: "JPEG XL", 52546: "JPEG XL", 48124: "JPEG XS",
}  # fmt: skip
# Plain and progressive JPEG; all others are lossless, hierarchical, arithmetic, or JPEG-LS.
_USUAL_FRAMES = (0xC0, 0xC1, 0xC2)
_NO_FRAMES = (0xC4, 0xC8, 0xCC)
_MAX_SEGMENTS = 500


def find_rare_form(data: bytes) -> str:
    """Return in which rare form the pixels are stored, as its standard calls it; "" for none."""
    if data.startswith(b"\xff\xd8"):
        return _find_jpeg_form(data)
    return _TIFF_FORMS.get(read_first_directory(data).get(_COMPRESSION_TAG, 0), "")


def _find_jpeg_form(data: bytes) -> str:
    at = 2
    for _ in range(_MAX_SEGMENTS):
        if at + 5 > len(data) or data[at] != 0xFF:
            return ""
        marker = data[at + 1]
        if marker == 0xFF:  # fills up
            at += 1
            continue
        if marker == 0xF7:
            return "JPEG-LS"
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES:
            bits = data[at + 4]
            is_usual = marker in _USUAL_FRAMES and bits == 8
            return "" if is_usual else f"JPEG of kind {marker - 0xC0}, {bits} bits"
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return ""
