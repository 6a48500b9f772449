"""Tells text from other bytes, whatever its encoding. Pure."""

from __future__ import annotations

import re
import unicodedata

_NUL_RUN = re.compile(rb"\x00{8,}")
# Without the marks of text: tabs, line ends, vertical tabs, form feeds and escapes.
_CONTROLS = bytes((*range(1, 8), *range(14, 27), *range(28, 32), 127))
_NUL_AND_CONTROLS = b"\0" + _CONTROLS
_PRINTABLE = bytes((9, 10, 11, 12, 13, *range(32, 127)))
_MOST_SEPARATORS, _END_OF_DOS_TEXT = 3, b"\x1a"


def is_noise(sample: bytes) -> bool:
    """Whether bytes have more control codes than text has.

    Long runs of NULs occur in logs, and in some formats one or two codes separate the fields.
    """
    content = _NUL_RUN.sub(b"", sample).rstrip(_END_OF_DOS_TEXT)
    if not content:
        return bool(sample)
    control_count = _count(content, _CONTROLS)
    nul_count = content.count(b"\0")
    if control_count * 50 <= len(content) and nul_count * 1_000 <= len(content):
        return False
    return not _has_separators(content, control_count + nul_count)


def is_language(text: str) -> bool:
    """Whether nearly all characters are ones that people write."""
    count = sum(1 for c in text if c in "\t\n\v\r\f\x1b" or unicodedata.category(c)[0] in "LMNPSZ")
    return count >= 0.98 * len(text)


def is_plain(data: bytes) -> bool:
    """Whether bytes are nearly all printable ASCII."""
    return bool(data) and _count(data, _PRINTABLE) >= 0.85 * len(data)


def _has_separators(content: bytes, count: int) -> bool:
    """Whether the control codes are of few kinds, and stand in plain text."""
    kinds = set(content) & set(_NUL_AND_CONTROLS)
    most = 0.6 if kinds == {0} else 0.25  # NULs also fill up fields
    if len(kinds) > _MOST_SEPARATORS or count > most * len(content):
        return False
    rest = content.translate(None, _NUL_AND_CONTROLS)
    return is_plain(rest) or _is_utf8_language(rest)


def _is_utf8_language(content: bytes) -> bool:
    try:
        return is_language(content.decode())
    except UnicodeDecodeError as error:
        # The sample may end within a character.
        return error.start >= len(content) - 3 and is_language(content[: error.start].decode())


def _count(content: bytes, codes: bytes) -> int:
    return len(content) - len(content.translate(None, codes))
