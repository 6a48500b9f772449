"""Detects the encoding of a text. Decodes samples only.

What the bytes prove goes first, then what the file declares if its text makes sense so, then what
is likeliest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.files.readers.encodings import mixed, unicode_forms
from bot.files.readers.encodings.candidates import (
    Candidate,
    count_all_high_bytes,
    count_high_bytes,
    decode_strictly,
    judge_candidate,
    rank_candidates,
)
from bot.files.readers.encodings.content import is_language, is_noise
from bot.files.readers.encodings.declarations import find_declared
from bot.files.readers.encodings.labels import UTF_8, WIDE, find_codec
from bot.files.readers.encodings.sampling import (
    clean_for,
    count_utf8_lines,
    is_mostly_ascii,
    join_odd_lines,
    sample_high_lines,
)

_SAMPLE_BYTES = 1 << 16
_ESCAPE = re.compile(rb"\x1b\$[@AB(]|\x1b\$\)[AC]|\x1b\([IJ]")
_ESCAPE_CODECS = ("iso2022_jp_ext", "iso2022_kr", "iso2022_jp_2", "iso2022_jp_2004")
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+(?:~\}|\n|[\x21-\x77]?\Z)")
_TILDE = re.compile(rb"~(?![~\n])")
# The likeliest has to lead by this much to be sure, and its text has to look that sensible.
_LEAD, _LEAD_OF_FEW, _SENSIBLE, _HARDLY_SENSIBLE = 0.93, 0.8, 0.6, 0.2
_CERTAIN, _SOME_BYTES, _FEW_BYTES = 0.9, 5, 10
# How much more sensible another encoding has to look than the declared one.
_MISDECLARED, _IMPOSSIBLE = 0.5, 0.1
# Tools declare this one where no one told them another.
_DEFAULT, _LEAD_OVER_DEFAULT = "cp1252", 0.8
_FEW_CHARACTERS = 4
_MULTIBYTE = ("cp932", "euc_jp", "euc_jis_2004", "gb18030", "big5hkscs", "cp949", "johab")
# Of a word with one letter or two, hardly anything is sure.
_HARDLY_BYTES, _SHORT_BYTES, _LEAD_OF_HARDLY_ANY = 4, 64, 0.55
_UTF8_CHARACTER_BYTES, _CHANCE_SHARE = 3, 0.15


@dataclass(frozen=True, slots=True)
class Detection:
    """The encoding of a text: Python's codec, and whether another one is as likely.

    `odd_codec` is that of single lines in a text of UTF-8, "" where there are none.
    """

    codec: str
    is_sure: bool = True
    odd_codec: str = ""


def detect_encoding(data: bytes) -> str | None:
    """Return Python's name for the encoding of a text; None if the bytes are not text."""
    found = detect(data)
    return None if found is None else found.codec


def detect(data: bytes, declared: str = "") -> Detection | None:
    """Detect the encoding of a text; None if the bytes are not text.

    `declared` is the encoding that is claimed outside of the file.
    """
    sample = data[:_SAMPLE_BYTES]
    if mark := unicode_forms.find_mark(data):
        return Detection(mark) if is_language(sample.decode(mark, "ignore")) else None
    # A tar archive of text files looks nearly like text.
    if data[257:262] == b"ustar":
        return None
    if codec := _detect_escapes(sample) or unicode_forms.detect_wide(sample):
        return Detection(codec)
    if is_noise(sample):
        return None
    labels = [codec for label in (declared, find_declared(data)) if (codec := find_codec(label))]
    if unicode_forms.is_utf8(data):
        return Detection(_choose_ascii_form(sample, labels))
    return _detect_mixed(data, labels) or _detect_older(sample_high_lines(data), labels)


def _detect_escapes(sample: bytes) -> str:
    """Return an encoding that switches between sets of characters by escapes; "" for none."""
    if _ESCAPE.search(sample):
        valid = (codec for codec in _ESCAPE_CODECS if decode_strictly(sample, codec))
        return next(valid, "")
    others, count = _HZ.subn(b"", sample)
    is_hz = count and sample.isascii() and not _TILDE.search(others)
    return "hz" if is_hz and decode_strictly(sample, "hz") else ""


def _choose_ascii_form(sample: bytes, labels: list[str]) -> str:
    """Return the encoding of bytes that are valid UTF-8: letters may hide in ASCII, declared."""
    hidden = "utf_7" in labels and sample.isascii() and decode_strictly(sample, "utf_7")
    return "utf_7" if hidden else "utf-8-sig"


def _detect_mixed(data: bytes, labels: list[str]) -> Detection | None:
    """Detect UTF-8 with odd lines in it; None for what is not UTF-8."""
    sample = sample_high_lines(data)
    characters, odd = count_utf8_lines(sample)
    if not characters or odd > 3 * characters:
        return None
    # A short line of Chinese may be valid UTF-8 by chance.
    if characters < _FEW_CHARACTERS and _is_multibyte(sample, _CERTAIN):
        return None
    # In a long one, many are, which make a small share of it nevertheless.
    share = characters * _UTF8_CHARACTER_BYTES / max(count_all_high_bytes(sample), 1)
    if share < _CHANCE_SHARE and _is_multibyte(sample, _SENSIBLE):
        return None
    older = _detect_older(join_odd_lines(sample), labels)
    odd_codec = older.codec if older else "cp1252"
    return Detection(mixed.build_mixed_name(odd_codec), odd_codec=odd_codec)


def _is_multibyte(sample: bytes, plausibility: float) -> bool:
    """Whether the whole sample makes sense in one encoding of several bytes a character."""
    best = next(iter(rank_candidates(sample)), None)
    return best is not None and best.codec in _MULTIBYTE and best.plausibility >= plausibility


def _detect_older(sample: bytes, labels: list[str]) -> Detection | None:
    """Detect an encoding from before Unicode; None if the bytes make sense in none of them."""
    if is_noise(sample):
        return None
    ranked = rank_candidates(sample)
    best = ranked[0] if ranked else None
    for codec in labels:
        if codec not in WIDE and codec != UTF_8 and _fits(sample, codec, best):
            return Detection(_widen(sample, codec))
    if best is None or best.plausibility < _SENSIBLE:
        return _detect_damaged(sample, best)
    lead = _choose_lead(sample)
    has_rival = any(
        rival.score >= lead * best.score and rival.plausibility >= _SENSIBLE for rival in ranked[1:]
    )
    return Detection(_widen(sample, best.codec), is_sure=not has_rival)


def _choose_lead(sample: bytes) -> float:
    """Return the share of the best one's score from which another is as likely."""
    count = count_high_bytes(sample)
    if count <= _HARDLY_BYTES and len(sample) <= _SHORT_BYTES:
        return _LEAD_OF_HARDLY_ANY
    return _LEAD if count > _FEW_BYTES else _LEAD_OF_FEW


def _fits(sample: bytes, codec: str, best: Candidate | None) -> bool:
    """Whether a text is in the encoding that it declares: often that is what a tool puts there."""
    judged = judge_candidate(clean_for(sample, codec) or sample, codec)
    count = count_high_bytes(sample)
    if best is None:
        return judged.plausibility > _IMPOSSIBLE
    if codec == _DEFAULT and count >= _SOME_BYTES:
        return judged.score >= _LEAD_OVER_DEFAULT * best.score
    if count <= _FEW_BYTES:
        return judged.plausibility > _IMPOSSIBLE
    return judged.plausibility >= _MISDECLARED * best.plausibility > 0


def _detect_damaged(sample: bytes, best: Candidate | None) -> Detection | None:
    """Detect an encoding of several bytes a character in a text that has a few broken ones."""
    for codec in _MULTIBYTE:
        clean = clean_for(sample, codec)
        ranked = rank_candidates(clean) if clean else []
        if ranked and ranked[0].plausibility >= _SENSIBLE and _is_same(ranked[0].codec, codec):
            return Detection(codec, is_sure=False)
    if best is not None and best.plausibility >= _HARDLY_SENSIBLE:
        return Detection(_widen(sample, best.codec), is_sure=False)
    # A few odd bytes do not make a text unreadable.
    return Detection("cp1252", is_sure=False) if is_mostly_ascii(sample) else None


def _is_same(found: str, codec: str) -> bool:
    return found == codec or {found, codec} == {"euc_jis_2004", "euc_jp"}


def _widen(sample: bytes, codec: str) -> str:
    """Return the usual one of two codecs that differ in rare characters only."""
    if codec == "euc_jis_2004" and decode_strictly(sample, "euc_jp") is not None:
        return "euc_jp"
    return codec
