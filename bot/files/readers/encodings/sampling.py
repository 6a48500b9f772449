"""Takes from a long text the lines that tell its encoding: those that are not plain ASCII. Pure."""

from __future__ import annotations

import codecs
import re

from bot.files.readers.encodings.unicode_forms import decode_utf8_line

_SAMPLE_BYTES = 1 << 16
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_CONTEXT_BYTES = 200
_MOST_BROKEN = 0.03
_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def sample_high_lines(data: bytes) -> bytes:
    """Return a sample of the lines that are not plain ASCII; it may end within a character."""
    pieces, size, position = list[bytes](), 0, 0
    while size < _SAMPLE_BYTES and (high := _HIGH_BYTE.search(data, position)):
        start = max(position, high.start() - _CONTEXT_BYTES)
        end = data.find(b"\n", high.end() + _CONTEXT_BYTES, start + _SAMPLE_BYTES - size)
        # Without a line end, take the rest of the sample, so that at most one character is cut.
        end = end if end >= 0 else start + _SAMPLE_BYTES - size
        pieces.append(data[start:end])
        size, position = size + end - start, end
    # Repeated lines would outvote the others, so each counts once.
    return b"\n".join(dict.fromkeys(b"\n".join(pieces).split(b"\n")))


def count_utf8_lines(sample: bytes) -> tuple[int, int]:
    """Return how many characters beyond ASCII the lines of UTF-8 have, and how many lines are odd.

    A line that is UTF-8 but for a few bytes counts as UTF-8.
    """
    whole = odd = 0
    for line in sample.split(b"\n"):
        if line.isascii():
            continue
        if decode_utf8_line(line) is not None or _is_nearly_utf8(line):
            whole += len(_UTF8_CHARACTER.findall(line))
        else:
            odd += 1
    return whole, odd


def join_odd_lines(sample: bytes) -> bytes:
    """Return the lines that are neither ASCII nor UTF-8."""
    lines = sample.split(b"\n")
    return b"\n".join(line for line in lines if decode_utf8_line(line) is None)


def is_mostly_ascii(sample: bytes) -> bool:
    """Whether at most a quarter of the bytes are beyond ASCII."""
    return len(_HIGH_BYTE.findall(sample)) * 4 < len(sample)


def clean_for(sample: bytes, codec: str) -> bytes:
    """Return the sample without what is not valid in a codec; empty if that is much."""
    try:
        text = codecs.decode(sample, codec, "replace")
        broken = text.count("\ufffd")
        high = sum(1 for c in text if c > "\x7f")
        if not broken or broken > max(1, _MOST_BROKEN * high):
            return b""
        return text.replace("\ufffd", "").encode(codec, "ignore")
    except (UnicodeError, LookupError):
        return b""


def _is_nearly_utf8(line: bytes) -> bool:
    characters = len(_UTF8_CHARACTER.findall(line))
    high = len(_HIGH_BYTE.findall(line))
    used = sum(map(len, _UTF8_CHARACTER.findall(line)))
    return characters >= 2 and (high - used) * 11 <= characters
