"""Recognizes Unicode in its forms: with a mark, as wide characters, and as UTF-8. Pure."""

from __future__ import annotations

import codecs
import re

from bot.files.readers.encodings.candidates import decode_strictly
from bot.files.readers.encodings.content import is_language, is_plain

_MARKS = (
    ((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE), "utf-32"),
    ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "utf-16"),
)
_WIDE_ENCODINGS = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_CHUNK_BYTES = 1 << 20
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
# Of Greek, Cyrillic, Hebrew, Arabic and Thai; none of them is a byte of text itself.
_UPPER_BYTES = (0x03, 0x04, 0x05, 0x06, 0x0E)
_PRINTABLE_ASCII = re.compile(r"[ -~\n]")
# Surrogates written one by one: what Java and some databases call UTF-8.
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def find_mark(data: bytes) -> str:
    """Return the encoding that a byte order mark at the start tells; "" without one."""
    return next((encoding for marks, encoding in _MARKS if data.startswith(marks)), "")


def detect_wide(sample: bytes) -> str:
    """Return the encoding of characters of 16 or 32 bits without a mark; "" if they are none."""
    nul_count = sample.count(b"\0")
    if not nul_count:
        return _detect_wide_script(sample)
    # Where NULs separate plain words, pairs of letters look like Chinese.
    if nul_count * 4 < len(sample) and is_plain(sample.replace(b"\0", b"")):
        return ""
    return next((encoding for encoding in _WIDE_ENCODINGS if _is_wide(sample, encoding)), "")


def _detect_wide_script(sample: bytes) -> str:
    """Return the order of 16 bits by the upper byte, which is the same in most alphabets."""
    for encoding, upper in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        commonest = max(_UPPER_BYTES, key=upper.count)
        text = decode_strictly(sample, encoding)
        if text and is_language(text) and upper.count(commonest) * 10 >= 8 * len(upper):
            return encoding
    return ""


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 throughout; they may end within a character."""
    try:
        decoder = codecs.getincrementaldecoder("utf-8")()
        for start in range(0, len(data), _CHUNK_BYTES):
            decoder.decode(data[start : start + _CHUNK_BYTES])
    except UnicodeDecodeError:
        return False
    incomplete = decoder.getstate()[0]
    # A lone high byte at the very end may be half a character of UTF-8, or a whole one of an older
    # encoding.
    return not incomplete or _HIGH_BYTE.search(data, 0, len(data) - len(incomplete)) is not None


def decode_utf8_line(line: bytes) -> str | None:
    """Decode a line of UTF-8, also with characters in two halves; None if it is something else."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        if not _SURROGATE.search(line):
            return None
    try:
        halves = line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _is_wide(sample: bytes, encoding: str) -> bool:
    """Whether these are characters of 16 or 32 bits in the byte order of `encoding`."""
    text = decode_strictly(sample, encoding)
    if not text or not is_language(text):
        return False
    # In the wrong byte order, even blanks and line ends become rare characters of other scripts,
    # and of 32 bits few values are characters at all.
    return encoding.startswith("utf-32") or len(_PRINTABLE_ASCII.findall(text)) * 50 > len(text)
