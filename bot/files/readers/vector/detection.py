"""Tells whether bytes are an SVG drawing. Loads nothing that only drawing it needs."""

from __future__ import annotations

import re
import zlib


def decompress(data: bytes, max_bytes: int) -> bytes:
    """Return at most `max_bytes` of what gzip packed; b"" if it is damaged."""
    try:
        return zlib.decompressobj(31).decompress(data, max_bytes)
    except zlib.error:
        return b""


def is_svg(data: bytes) -> bool:
    """Whether the first element is `svg`; the file may be compressed with gzip."""
    start = decompress(data, 65_536) if data.startswith(b"\x1f\x8b") else data[:65_536]
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    while text.startswith((b"<?", b"<!")):
        is_comment = text.startswith(b"<!--")
        has_subset = text.startswith(b"<!DOCTYPE") and b"[" in text.partition(b">")[0]
        end = b"-->" if is_comment else b"]>" if has_subset else b">"
        text = text.partition(end)[2].lstrip()
    return re.match(rb"<(?:[\w.-]+:)?svg[\s/>]", text) is not None
