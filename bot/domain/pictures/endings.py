"""How the names of picture files end. Pure."""

from __future__ import annotations

PICTURE_ENDINGS = (
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp",
    ".svg", ".svgz", ".psd", ".ico", ".jp2", ".j2k", ".jxl", ".dng", ".cr2", ".cr3", ".nef", ".arw",
    ".raf", ".orf", ".rw2", ".pef",
)  # fmt: skip
