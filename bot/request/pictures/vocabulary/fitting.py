"""Finds which sentences some words may be, before any of their meanings is looked at. Pure.

Sets of sentences are the bits of a number, one for each frame, so that it takes no time.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import and_, or_

from bot.request.pictures.vocabulary.frames import FRAMES, Frame
from bot.request.pictures.vocabulary.reading import Reading
from bot.request.pictures.vocabulary.words import Token, Word

_EVERY = (1 << len(FRAMES)) - 1
# These say which picture is meant, or only connect others (`clauses.py`).
_FREE = (
    Word.FILLER, Word.AND, Word.IT, Word.ALL, Word.VERSION, Word.NAME, Word.PAGE, Word.POSITION,
)  # fmt: skip


def count_fitting(reading: Reading) -> int:
    """Return how many words from the first one may be one sentence, by each word alone."""
    fitting = accumulate(map(_find_fitting, reading), and_)
    return next((count for count, frames in enumerate(fitting) if not frames), len(reading))


def keep_fitting(reading: Reading) -> Sequence[Sequence[Token]]:
    """Return what each word may be in the sentences that all of them may be together."""
    frames = functools.reduce(and_, map(_find_fitting, reading), _EVERY)
    kinds = {token.word for tokens in reading for token in tokens}
    frames &= _join(1 << place for place, frame in enumerate(FRAMES) if frame.has_needed(kinds))
    return [[one for one in tokens if _FRAMES_OF[one.word] & frames] for tokens in reading]


@functools.lru_cache(maxsize=1024)
def select_frames(words: frozenset[Word]) -> tuple[Frame, ...]:
    """Return the sentences that kinds of words are."""
    return tuple(one for one in FRAMES if one.fits(words))


def _find_fitting(tokens: Sequence[Token]) -> int:
    return _join(_FRAMES_OF[token.word] for token in tokens)


def _join(frames: Iterable[int]) -> int:
    return functools.reduce(or_, frames, 0)


def _find_frames(word: Word) -> int:
    if word in _FREE:
        return _EVERY
    return _join(1 << place for place, frame in enumerate(FRAMES) if word in frame.words)


_FRAMES_OF = {word: _find_frames(word) for word in Word}
