"""Ranks the code pages from before Unicode that bytes may be in.

chardet compares pairs of bytes with what it learned from texts of many languages. What it does not
weigh is done here: whether the decoded letters make sense together, and how common a code page is.
"""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.files.readers.encodings import euc_tw
from bot.files.readers.encodings.plausibility import measure_languages, measure_plausibility

# How common code pages are. Of those that decode bytes alike, the one with more characters is
# first: what follows behind the sample may need them.
_WEIGHTS_OF = """
1.00 cp1252 cp1251 cp932 euc_jis_2004 gb18030 big5hkscs cp949
0.98 cp1250 cp1253 cp1254 cp1255 cp1256 cp1257 cp874
0.97 iso8859_1 iso8859_15 iso8859_2 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_13
0.97 tis_620 koi8_r koi8_u cp866
0.95 cp1258 cp850 cp852 mac_roman
0.92 mac_latin2 mac_cyrillic mac_greek mac_turkish cp437 cp720 cp737 cp775 cp855 cp857 cp858 cp861
0.92 cp862 cp869 cp1125 iso8859_4 iso8859_16 shift_jis_2004 johab
0.80 iso8859_3 iso8859_10 iso8859_14 cp860 cp863 cp864 cp865 kz1048 ptcp154 koi8_t mac_iceland
"""
_WEIGHTS = {
    codec: float(weight)
    for weight, *row in map(str.split, _WEIGHTS_OF.strip().split("\n"))
    for codec in row
}
# With so few letters beyond ASCII, how common a code page is counts twice.
_FEW_LETTERS = 10
_ORDER = {name: place for place, name in enumerate(_WEIGHTS)}
_DECLARATION = re.compile(rb"(?:charset|coding)(?=[\s=:])", re.IGNORECASE)
_HIGH_BYTES = bytes(range(0x80, 0x100))
_RANKED_BYTES, _JUDGED_BYTES = 1 << 14, 1 << 13
_MOST_JUDGED, _LOWEST_SHARE, _LOWEST_SHARE_OF_FEW = 24, 0.3, 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code page, how likely it is compared with others, and how sensible its text looks."""

    codec: str
    score: float
    plausibility: float


def rank_candidates(sample: bytes) -> list[Candidate]:
    """Return the code pages that a text may be in, the likeliest first; empty for none.

    Of those that decode the sample alike, only one is listed.
    """
    costs = measure_languages(sample)
    haste = 1 + _FEW_LETTERS / max(1, count_high_bytes(sample))
    candidates = dict[str, Candidate]()
    for codec, confidence, language in [*_guess(sample, _WEIGHTS), *_guess_euc_tw(sample)]:
        text = decode_strictly(sample[:_JUDGED_BYTES], codec)
        if text is None:
            continue
        plausibility = measure_plausibility(text, language, costs)
        score = confidence * _WEIGHTS.get(codec, 1.0) ** haste * plausibility
        one = Candidate(codec, score, plausibility)
        candidates[text] = _join(one, candidates.get(text, one))
    return sorted(candidates.values(), key=lambda one: (-one.score, _get_order(one.codec)))


def judge_candidate(sample: bytes, codec: str) -> Candidate:
    """Return how likely one code page is, and how sensible its text looks; 0 if it is none.

    What chardet does not know by this name gets no score.
    """
    text = decode_strictly(sample[:_JUDGED_BYTES], codec)
    if text is None:
        return Candidate(codec, 0.0, 0.0)
    plausibility = measure_plausibility(text, "", measure_languages(sample))
    found = _guess(sample, (codec,)) if codec in _WEIGHTS else []
    return Candidate(
        codec, max((one[1] for one in found), default=0.0) * plausibility, plausibility
    )


def decode_strictly(sample: bytes, codec: str) -> str | None:
    """Decode bytes that may end within a character; None if they are not valid."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(sample)
    except (UnicodeError, LookupError):
        return None


def count_high_bytes(sample: bytes) -> int:
    """Return how many bytes beyond ASCII the part of a sample has that is judged."""
    judged = sample[:_JUDGED_BYTES]
    return len(judged) - len(judged.translate(None, _HIGH_BYTES))


def count_all_high_bytes(sample: bytes) -> int:
    """Return how many bytes beyond ASCII a whole sample has."""
    return len(sample) - len(sample.translate(None, _HIGH_BYTES))


def _join(one: Candidate, other: Candidate) -> Candidate:
    """Return one candidate for two that decode the sample alike."""
    first, second = sorted((one, other), key=lambda either: _get_order(either.codec))
    return replace(first, score=max(first.score, second.score))


def _get_order(codec: str) -> int:
    return _ORDER.get(codec, len(_ORDER))


def _guess_euc_tw(sample: bytes) -> list[tuple[str, float, str]]:
    """Judge EUC-TW by what the same text would be as Big5; empty where it is none."""
    text = decode_strictly(sample[:_RANKED_BYTES], euc_tw.NAME)
    if text is None or text.isascii():
        return []
    found = _guess(text.encode("cp950", "ignore"), ("big5hkscs",))
    return [(euc_tw.NAME, confidence, language) for _, confidence, language in found[:1]]


def _guess(sample: bytes, codecs_asked: Iterable[str]) -> list[tuple[str, float, str]]:
    """Return code pages with chardet's confidence and the language that each would be."""
    import chardet  # loads 40 MB of what it learned

    # It would follow what a page declares, which is judged elsewhere.
    undeclared = _DECLARATION.sub(b"x", sample[:_RANKED_BYTES])
    with warnings.catch_warnings():
        # It warns where none of these fits, and says so in its answer as well.
        warnings.simplefilter("ignore", UserWarning)
        found = chardet.detect_all(
            undeclared,
            ignore_threshold=True,
            compat_names=False,
            include_encodings=list(codecs_asked),
        )
    share = _LOWEST_SHARE if count_high_bytes(sample) > _FEW_LETTERS else _LOWEST_SHARE_OF_FEW
    least = share * max((float(one["confidence"]) for one in found), default=0)
    return [
        (_normalize(one["encoding"]), float(one["confidence"]), one["language"] or "")
        for one in found[:_MOST_JUDGED]
        if one["encoding"]
        and one["confidence"] >= least
        and _normalize(one["encoding"]) in _WEIGHTS
    ]


def _normalize(codec: str) -> str:
    return codec.lower().replace("-", "_")
