"""In which encoding bytes are text, if they are text at all. Decodes samples only."""

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
# Letters and marks that texts of each script are made of: what a wrong guess has less of.
_EXPECTED_CHARACTER = re.compile(
    "[\u00c0-\u017f\u20ac\u2013\u2014\u2018-\u201e\u2026\u00ab\u00bb\u00a9\u00b0\u00b7"
    "\u00bf\u0370-\u04ff\u05d0-\u05ea\u0600-\u06ff\u0e01-\u0e5b\u3000-\u30ff\u4e00-\u9fff"
    "\uac00-\ud7a3\uff00-\uff60]"
)
_WESTERN_CHARACTER = re.compile(
    "[ÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÀÁÂÃßàáâãäåæçèéêëìíîïñòóôõöøùúûüŒœ€‘-„…«»°§–—]"
)
# Which of several equally likely encodings it is: the first of these.
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
    """Python's name for the encoding of a text; None for what is no text.

    `declared` is what somebody says it is: believed where the bytes do not tell.
    """
    head = data[:_SAMPLE_BYTES]
    for marks, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(marks):
            return encoding if _is_language(head.decode(encoding, "ignore")) else None
    wide = next((e for e in _WIDE_ENCODINGS if _is_wide(head, e)), None) if b"\0" in head else None
    # A tape archive of text files is nearly text.
    if wide or _is_noise(head) or data[257:262] == b"ustar":
        return wide
    if _ISO_2022_ESCAPE.search(head) and _decode_strictly(head, "iso2022_jp_ext"):
        return "iso2022_jp_ext"
    return "utf-8-sig" if _is_utf8(data) else _detect_legacy_encoding(data, declared)


def _decode_strictly(sample: bytes, encoding: str) -> str:
    """The characters of bytes that may be cut within one; "" if they are not of that encoding."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeError:
        return ""


def _is_noise(sample: bytes) -> bool:
    """Whether bytes hold more control codes than any text; long holes of NULs are a log's."""
    solid = _NUL_RUN.sub(b"", sample)
    if sample and not solid:
        return True
    odd, nuls = len(_CONTROL_BYTE.findall(solid)), solid.count(b"\0")
    return odd * 50 > len(solid) or nuls * 1000 > len(solid)


def _is_language(text: str) -> bool:
    """Whether nearly all characters are ones that somebody may have written."""
    written = sum(1 for c in text if c in "\t\n\r\f\x1b" or unicodedata.category(c)[0] in "LMNPSZ")
    return written >= 0.98 * len(text)


def _is_wide(head: bytes, encoding: str) -> bool:
    """Whether these are words of 16 or 32 bits, in this order of bytes."""
    text = _decode_strictly(head, encoding)
    # In the wrong order they are rare signs of many scripts, and blanks and line ends are none.
    return (
        bool(text) and _is_language(text) and len(_PRINTABLE_ASCII.findall(text)) * 50 > len(text)
    )


def _is_utf8(data: bytes) -> bool:
    """Whether it is UTF-8, perhaps cut within a character, perhaps with some damage."""
    try:
        decoder = codecs.getincrementaldecoder("utf-8")()
        for at in range(0, len(data), _CHUNK_BYTES):
            decoder.decode(data[at : at + _CHUNK_BYTES])
    except UnicodeDecodeError:
        text = _sample_non_ascii_lines(data).decode("utf-8", "replace")
        broken = text.count("\ufffd")
        return broken * 11 <= sum(1 for c in text if c > "\x7f")
    cut = decoder.getstate()[0]
    # A lone high byte at the very end may be half a character, or a whole one of something older.
    return not cut or _HIGH_BYTE.search(data, 0, len(data) - len(cut)) is not None


def _sample_non_ascii_lines(data: bytes) -> bytes:
    """A sample of the lines that are not plain ASCII: only those tell an encoding."""
    pieces, size, at = list[bytes](), 0, 0
    while size < _SAMPLE_BYTES and (high := _HIGH_BYTE.search(data, at)):
        start = max(at, high.start() - 200)
        end = data.find(b"\n", high.end() + 200, start + _SAMPLE_BYTES - size)
        # Where no line ends, the rest of the sample: a character is cut once, not in each piece.
        end = end if end >= 0 else start + _SAMPLE_BYTES - size
        pieces.append(data[start:end])
        size, at = size + end - start, end
    # Lines that come again and again would outvote the others.
    return b"\n".join(dict.fromkeys(b"\n".join(pieces).split(b"\n")))


def _detect_legacy_encoding(data: bytes, declared: str) -> str | None:
    """An encoding from before Unicode; None if the bytes are noise in all of them."""
    sample = _sample_non_ascii_lines(data)
    if _is_noise(sample):
        return None
    with contextlib.suppress(ValueError, LookupError):
        known = codecs.lookup(declared).name
        # Others are no encodings of text, or find more in a text than its characters.
        if known.startswith(_TEXT_ENCODING_PREFIXES) and _decode_strictly(sample, known):
            return known
    if _is_western(sample):
        return "cp1252"
    guessed = (_guess(sample[: len(sample) - cut]) for cut in range(4))
    few = len(_HIGH_BYTE.findall(sample)) * 4 < len(sample)
    return next(filter(None, guessed), "cp1252" if few else None)


def _is_western(sample: bytes) -> bool:
    """Whether it reads as a language of Western Europe, whose accents stand alone among letters.

    A guess by statistics takes a short French text for a Baltic one.
    """
    text = _decode_strictly(sample, "cp1252")
    high = [c for c in text if c > "\x7f"]
    alone = len(re.findall(r"[^\x00-\x7f]+", text))
    known = len(_WESTERN_CHARACTER.findall("".join(high)))
    return bool(high) and known >= 0.95 * len(high) and alone >= 0.8 * len(high)


def _guess(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample, cp_exclusion=["utf_16", "utf_32"]))
    near = {
        name: match.coherence
        for match in matches[::-1]
        if match.chaos <= matches[0].chaos + _MAX_CHAOS_DIFFERENCE
        for name in (match.encoding, *match.could_be_from_charset)
    }
    ranked = [name for name in _COMMON_ENCODINGS if name in near] or [
        match.encoding for match in matches[:1]
    ]
    rank = {name: (_score_plausibility(sample, name), round(near[name] * 5)) for name in ranked}
    return max(ranked, key=rank.__getitem__, default=None)


def _score_plausibility(sample: bytes, encoding: str) -> float:
    high = [c for c in sample.decode(encoding, "replace") if c > "\x7f"]
    return round(len(_EXPECTED_CHARACTER.findall("".join(high))) / max(1, len(high)), 1)
