"""Scores a line of a log: how likely it is the one that says what failed. Pure.

See `failures.py` and `appearances.py` for the words, `bot.diagnosis.relevant` for what is chosen.
"""

from __future__ import annotations

from bot.diagnosis.scoring.appearances import (
    CONSEQUENCES,
    FALSE_FRIENDS,
    HIGH_LEVEL,
    LOW_LEVEL,
    WENT_WELL,
)
from bot.diagnosis.scoring.failures import RULES
from bot.diagnosis.scoring.keywords import STRONG_WORDS

# From this score on, a line is a failure of its own; below, it may follow from one.
FAILURE_SCORE, LIKELY_SCORE, CONSEQUENCE_SCORE = 7, 5, 3
_MAX_CHARS, _LEVEL_CHARS, _MAX_PLACED_CHARS = 1_000, 200, 4_000


def score_line(text: str) -> int:
    """Return how much a plain line tells of a failure, from 0 for nothing to 10."""
    text = text[:_MAX_CHARS]
    low = text.lower()
    if any(rule.find(text, low) for rule in WENT_WELL):
        return 0
    plain = text
    for friend in FALSE_FRIENDS:
        plain = friend.erase(plain, low)
    score, _ = _judge(plain)
    if not score:
        return 0
    if any(rule.find(text, low) for rule in CONSEQUENCES):
        return min(score, CONSEQUENCE_SCORE)
    beginning = text[:_LEVEL_CHARS]
    if LOW_LEVEL.search(beginning) and not HIGH_LEVEL.search(beginning):
        return min(score, CONSEQUENCE_SCORE + 1)
    return score


def find_place(text: str) -> int:
    """Return where in a line its failure is told; 0 where that is unknown."""
    if len(text) <= _MAX_PLACED_CHARS:
        return _judge(text)[1]
    low = text.lower()
    places = [place for place in map(low.find, STRONG_WORDS) if place >= 0]
    return min(places, default=0)


def _judge(text: str) -> tuple[int, int]:
    low = text.lower()
    for score, rules in RULES:
        for rule in rules:
            found = rule.find(text, low)
            if found is not None:
                return score, found.start()
    return 0, 0
