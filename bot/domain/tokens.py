"""Estimates how many tokens a text or a picture takes. Pure.

The weights were fitted to the o200k vocabulary, on prose in thirty languages, code, tables and
logs: see docs/performance.md. With the extra `exact` installed, texts are counted instead.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.pictures.sight import Detail

_LATIN_WORD_PATTERN = re.compile(r"[A-Za-z]+")
# The average number of tokens of one match of each pattern.
_PATTERN_WEIGHTS = (
    (re.compile(r"[\u00c0-\u024f]"), 0.55),  # accented letters split words
    (re.compile(r"[\u0400-\u04ff]+"), 1.6),  # a Cyrillic word
    (re.compile(r"[\u0370-\u03ff\u0530-\u074f\u0900-\u0eff\u10a0-\u10ff]"), 0.44),
    (re.compile(r"[\u4e00-\u9fff]"), 0.68),
    (re.compile(r"[\u3040-\u30ff]"), 0.68),
    (re.compile(r"[\uac00-\ud7af]"), 0.77),
    (re.compile(r"[\u2600-\u27bf\U00010000-\U0010ffff]"), 1.5),
    (re.compile(r"[0-9]{1,3}"), 1.3),
    (re.compile(r"[!-/:-@\[-`{-~\u00a1-\u00bf\u2000-\u25ff\u3000-\u303f\uff00-\uffef]{1,3}"), 0.8),
    (re.compile(r"\n\s*"), 1.15),
)
_WORD_TOKENS, _LONG_WORD_TOKENS_PER_CHAR, _LONG_WORD_CHARS = 0.95, 0.33, 6
# Of a longer text only pieces are counted, spread over it evenly: counting a megabyte takes a fifth
# of a second.
_MAX_COUNTED_CHARS, _COUNTED_PIECES = 100_000, 50
# What a message takes in addition to its text: its role, and separators.
MESSAGE_OVERHEAD_TOKENS = 4
# What a page of a file takes in addition to its text: the file's name, its number, its end.
PAGE_OVERHEAD_TOKENS = 20
# Bounds for what splits worst: random characters, counted with the o200k vocabulary. Every other
# byte, such as a digit, a punctuation mark, a line break or one of a rare script, may be a token.
_MAX_TOKENS_PER_LETTER, _MAX_TOKENS_PER_SPACE = 0.65, 0.4
# The longest side in pixels, and the most patches, up to which a picture is not made smaller.
# Source: OpenAI, "Vision", of the models from gpt-5.4 on.
DETAIL_LIMITS = {Detail.HIGH: (2_048, 2_500), Detail.ORIGINAL: (6_000, 10_000)}
PATCH_SIDE, TOKENS_PER_PATCH = 32, 1.2
_ASCII_LETTERS = bytes(byte for byte in range(128) if chr(byte).isalpha())
# The first bytes in UTF-8 of characters of common scripts, the bytes of one, and its most tokens.
_COMMON_SCRIPTS = (
    (b"\xd0\xd1", 2, 1.05),  # Cyrillic
    (b"\xd7\xd8\xd9", 2, 1.05),  # Hebrew, Arabic
    (b"\xce\xcf\xc3", 2, 1.1),  # Greek, accented letters of Western Europe
    (b"\xe0", 3, 2.0),  # Devanagari and its relatives, Thai
    (b"\xe3", 3, 2.0),  # Hiragana, Katakana
    (b"\xe4\xe5\xe6\xe7\xe8\xe9", 3, 2.1),  # Chinese characters
    (b"\xea\xeb\xec\xed", 3, 2.3),  # Hangul
)


def _estimate_by_patterns(text: str) -> int:
    words = _LATIN_WORD_PATTERN.findall(text)
    tokens = _WORD_TOKENS * len(words)
    tokens += _LONG_WORD_TOKENS_PER_CHAR * sum(
        len(word) - _LONG_WORD_CHARS for word in words if len(word) > _LONG_WORD_CHARS
    )
    tokens += sum(weight * len(kind.findall(text)) for kind, weight in _PATTERN_WEIGHTS)
    return math.ceil(tokens)


def load_exact_counter() -> Callable[[str], int] | None:
    """Return the counter of the exact tokenizer, or None where it is not installed."""
    try:
        from rs_bpe.bpe import openai
    except ImportError:
        return None
    count: Callable[[str], int] = openai.o200k_base().count
    return count


@functools.cache
def _get_counter() -> Callable[[str], int]:
    return load_exact_counter() or _estimate_by_patterns


def estimate_tokens(text: str) -> int:
    """Return the number of tokens of `text`: exact, or within 15 % for a message of some length.

    That of a very long text is always an estimate, from pieces of it.
    """
    if len(text) > _MAX_COUNTED_CHARS:
        sample = _take_pieces(text)
        return math.ceil(_get_counter()(sample) * len(text) / len(sample))
    return _get_counter()(text) if text else 0


def _take_pieces(text: str) -> str:
    size, step = _MAX_COUNTED_CHARS // _COUNTED_PIECES, len(text) // _COUNTED_PIECES
    return "".join(text[at * step : at * step + size] for at in range(_COUNTED_PIECES))


def bound_tokens(text: str) -> int:
    """Return an upper bound of the tokens of `text`, from its bytes alone, for costs and limits."""
    raw = text.encode("utf-8", "replace")
    letters = _count_bytes(raw, _ASCII_LETTERS)
    spaces = raw.count(b" ")
    tokens = letters * _MAX_TOKENS_PER_LETTER + spaces * _MAX_TOKENS_PER_SPACE
    # A letter that is alone in its line is a token of its own.
    tokens += raw.count(b"\n") * (1 - _MAX_TOKENS_PER_LETTER)
    rest = len(raw) - letters - spaces
    if not text.isascii():
        for first_bytes, size, max_tokens in _COMMON_SCRIPTS:
            characters = _count_bytes(raw, first_bytes)
            tokens += characters * max_tokens
            rest -= characters * size
    return min(len(raw), math.ceil(tokens) + rest)


def _count_bytes(raw: bytes, wanted: bytes) -> int:
    return len(raw) - len(raw.translate(None, wanted))


def estimate_picture_tokens(width: int, height: int, detail: Detail = Detail.HIGH) -> int:
    """Return the tokens of a picture in a prompt: its patches of 32 pixels at `detail`.

    Source: OpenAI, "Vision".
    """
    if width <= 0 or height <= 0:
        return 0
    scale = compute_seen_scale(width, height, detail)
    _, max_patches = DETAIL_LIMITS[detail]
    patches = min(max_patches, count_patches(width * scale, height * scale))
    return math.ceil(patches * TOKENS_PER_PATCH)


def compute_seen_scale(width: int, height: int, detail: Detail) -> float:
    """Return how much smaller the provider makes such a picture before the model looks at it."""
    max_side, max_patches = DETAIL_LIMITS[detail]
    scale = min(1.0, max_side / max(1, width, height))
    if count_patches(width * scale, height * scale) <= max_patches:
        return scale
    return min(scale, math.sqrt(max_patches * PATCH_SIDE * PATCH_SIDE / (width * height)))


def count_patches(width: float, height: float) -> int:
    """Return the patches that cover a picture."""
    return math.ceil(width / PATCH_SIDE) * math.ceil(height / PATCH_SIDE)


def is_shown_in_full(width: int, height: int, detail: Detail = Detail.HIGH) -> bool:
    """Whether the model sees each pixel of such a picture at `detail`, instead of a smaller one."""
    max_side, max_patches = DETAIL_LIMITS[detail]
    return max(width, height) <= max_side and count_patches(width, height) <= max_patches


@dataclass(frozen=True, slots=True)
class TokenCorrection:
    """Corrects estimates by a thread's earlier requests: our estimates and the provider's count."""

    estimated_tokens: int = 0
    reported_tokens: int = 0

    def apply(self, tokens: int) -> int:
        """Return a better estimate than `tokens`, once the provider has reported something."""
        # Two thousand tokens count as estimated correctly, so that one odd answer changes little.
        ratio = (self.reported_tokens + 2_000) / (self.estimated_tokens + 2_000)
        return math.ceil(tokens * min(2.0, max(0.5, ratio)))
