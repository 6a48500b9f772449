"""Detects the encoding of a text, and whether bytes are text at all. Decodes samples only."""

from __future__ import annotations

import codecs
import contextlib
import re
import unicodedata

_SAMPLE_BYTES, _CHUNK_BYTES = 1 << 16, 1 << 20
_BYTE_ORDER_MARKS = (
    ((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE), "utf-32"),
    ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "utf-16"),
)
_WIDE_ENCODINGS = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_ISO_2022_ESCAPE = re.compile(rb"\x1b\$[@B]|\x1b\([IJ]")
_NUL_RUN = re.compile(rb"\x00{8,}")
_CONTROL_BYTE = re.compile(rb"[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_PRINTABLE_ASCII = re.compile(r"[ -~\n]")
# Letters and punctuation that are common in each script: a wrong guess has fewer of them.
_EXPECTED_CHARACTER = re.compile(
    "[\u00c0-\u017f\u20ac\u2013\u2014\u2018-\u201e\u2026\u00ab\u00bb\u00a9\u00b0\u00b7"
    "\u00bf\u0370-\u04ff\u05d0-\u05ea\u0600-\u06ff\u0e01-\u0e5b\u3000-\u30ff\u4e00-\u9fff"
    "\uac00-\ud7a3\uff00-\uff60]"
)
_WESTERN_CHARACTER = re.compile(
    "[ÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÀÁÂÃßàáâãäåæçèéêëìíîïñòóôõöøùúûüŒœ€‘-„…«»°§–—]"
)
# The first of these wins among equally likely encodings.
_COMMON_ENCODINGS = [
    "cp1252",
    "cp1255",
    "cp1256",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1250",
    "gb18030",
    "big5",
]
_COMMON_ENCODINGS += ["cp932", "euc_jp", "euc_jis_2004", "cp949", "cp850"]
_MAX_CHAOS_DIFFERENCE = 0.01
_TEXT_ENCODING_PREFIXES = ("cp", "iso", "koi8", "gb", "big5", "euc", "shift", "mac", "tis")


def detect_encoding(data: bytes, declared: str = "") -> str | None:
    """Return Python's name for the encoding of a text; None if the bytes are not text.

    `declared` is the encoding that the file claims: used if the bytes do not decide.
    """
    sample = data[:_SAMPLE_BYTES]
    for marks, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(marks):
            return encoding if _is_language(sample.decode(encoding, "ignore")) else None
    candidates = _WIDE_ENCODINGS if b"\0" in sample else ()
    wide = next((encoding for encoding in candidates if _is_wide(sample, encoding)), None)
    # A tar archive of text files looks nearly like text.
    if wide or _is_noise(sample) or data[257:262] == b"ustar":
        return wide
    if _ISO_2022_ESCAPE.search(sample) and _decode_strictly(sample, "iso2022_jp_ext"):
        return "iso2022_jp_ext"
    return "utf-8-sig" if _is_utf8(data) else _detect_legacy_encoding(data, declared)


def _decode_strictly(sample: bytes, encoding: str) -> str:
    """Decode bytes that may end within a character; "" if they are not valid in the encoding."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeError:
        return ""


def _is_noise(sample: bytes) -> bool:
    """Whether bytes have more control codes than text has. Long runs of NULs occur in logs."""
    content = _NUL_RUN.sub(b"", sample)
    if sample and not content:
        return True
    control_count, nul_count = len(_CONTROL_BYTE.findall(content)), content.count(b"\0")
    return control_count * 50 > len(content) or nul_count * 1000 > len(content)


def _is_language(text: str) -> bool:
    """Whether nearly all characters are ones that people write."""
    count = sum(1 for c in text if c in "\t\n\r\f\x1b" or unicodedata.category(c)[0] in "LMNPSZ")
    return count >= 0.98 * len(text)


def _is_wide(sample: bytes, encoding: str) -> bool:
    """Whether these are characters of 16 or 32 bits in the byte order of `encoding`."""
    text = _decode_strictly(sample, encoding)
    if not text or not _is_language(text):
        return False
    # In the wrong byte order, even blanks and line ends become rare characters of other scripts.
    return len(_PRINTABLE_ASCII.findall(text)) * 50 > len(text)


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8; they may end within a character, or have a few broken bytes."""
    try:
        decoder = codecs.getincrementaldecoder("utf-8")()
        for start in range(0, len(data), _CHUNK_BYTES):
            decoder.decode(data[start : start + _CHUNK_BYTES])
    except UnicodeDecodeError:
        text = _sample_non_ascii_lines(data).decode("utf-8", "replace")
        broken_count = text.count("\ufffd")
        return broken_count * 11 <= sum(1 for c in text if c > "\x7f")
    incomplete = decoder.getstate()[0]
    # A lone high byte at the very end may be half a character of UTF-8, or a whole one of an older
    # encoding.
    return not incomplete or _HIGH_BYTE.search(data, 0, len(data) - len(incomplete)) is not None


def _sample_non_ascii_lines(data: bytes) -> bytes:
    """Return a sample of the lines that are not plain ASCII: only those reveal the encoding."""
    pieces, size, position = list[bytes](), 0, 0
    while size < _SAMPLE_BYTES and (high := _HIGH_BYTE.search(data, position)):
        start = max(position, high.start() - 200)
        end = data.find(b"\n", high.end() + 200, start + _SAMPLE_BYTES - size)
        # Without a line end, take the rest of the sample, so that at most one character is cut.
        end = end if end >= 0 else start + _SAMPLE_BYTES - size
        pieces.append(data[start:end])
        size, position = size + end - start, end
    # Repeated lines would outvote the others, so each counts once.
    return b"\n".join(dict.fromkeys(b"\n".join(pieces).split(b"\n")))


def _detect_legacy_encoding(data: bytes, declared: str) -> str | None:
    """Detect an encoding from before Unicode; None if the bytes make sense in none of them."""
    sample = _sample_non_ascii_lines(data)
    if _is_noise(sample):
        return None
    with contextlib.suppress(ValueError, LookupError):
        codec_name = codecs.lookup(declared).name
        # Other codecs do not encode text, or interpret more than characters.
        if codec_name.startswith(_TEXT_ENCODING_PREFIXES) and _decode_strictly(sample, codec_name):
            return codec_name
    if _is_western(sample):
        return "cp1252"
    # The sample may end within a character of up to four bytes.
    guesses = (_guess(sample[: len(sample) - cut]) for cut in range(4))
    is_mostly_ascii = len(_HIGH_BYTE.findall(sample)) * 4 < len(sample)
    return next(filter(None, guesses), "cp1252" if is_mostly_ascii else None)


def _is_western(sample: bytes) -> bool:
    """Whether it is a Western European language, whose accented letters mostly occur one by one.

    Needed because a statistical guess takes a short French text for a Baltic one.
    """
    text = _decode_strictly(sample, "cp1252")
    accented = [c for c in text if c > "\x7f"]
    run_count = len(re.findall(r"[^\x00-\x7f]+", text))
    western_count = len(_WESTERN_CHARACTER.findall("".join(accented)))
    if not accented:
        return False
    return western_count >= 0.95 * len(accented) and run_count >= 0.8 * len(accented)


def _guess(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample, cp_exclusion=["utf_16", "utf_32"]))
    coherences = {
        name: match.coherence
        for match in matches[::-1]
        if match.chaos <= matches[0].chaos + _MAX_CHAOS_DIFFERENCE
        for name in (match.encoding, *match.could_be_from_charset)
    }
    ranked = [name for name in _COMMON_ENCODINGS if name in coherences] or [
        match.encoding for match in matches[:1]
    ]
    scores = {
        name: (_score_plausibility(sample, name), round(coherences[name] * 5)) for name in ranked
    }
    return max(ranked, key=scores.__getitem__, default=None)


def _score_plausibility(sample: bytes, encoding: str) -> float:
    """Return the share of expected characters beyond ASCII, rounded to tenths."""
    high = [c for c in sample.decode(encoding, "replace") if c > "\x7f"]
    return round(len(_EXPECTED_CHARACTER.findall("".join(high))) / max(1, len(high)), 1)
