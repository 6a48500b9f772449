"""Looks through a whole log once for the lines that may tell of a failure. Pure.

Only what was found is kept, so that the longest file takes little memory. See `relevant.py` for
what is chosen of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from bot.diagnosis.lines import clean_line, shorten_line
from bot.diagnosis.scoring.keywords import STEP_WORDS, STRONG_WORDS, WORDS
from bot.diagnosis.scoring.score import (
    CONSEQUENCE_SCORE,
    FAILURE_SCORE,
    LIKELY_SCORE,
    find_place,
    score_line,
)

# This number of kinds of lines is judged; of what comes after them, only the newest are.
_MAX_KINDS, _MAX_LATE = 5_000, 200
# Once this number of lines was found, only the strongest words are still looked for.
_MAX_HITS, _MAX_STEPS = 200_000, 50_000
_KEY_CHARS, _JUDGED_CHARS = 240, 1_000
_DIGITS = re.compile(r"\d+")
# GitHub shows the script of a step in this colour; shells mark what they run.
_ECHO_CODES = ("\x1b[36;1m", "##[group]", "##[command]", "[command]")
_ECHO_MARKS = ("$ ", "+ ", "++ ")
_RUNNER_ERRORS = ("##[error]", "::error")


@dataclass(slots=True)
class Finding:
    """A line that tells of a failure, and how many are like it up to `last_number`."""

    number: int
    score: int
    last_number: int
    count: int = 1


@dataclass(slots=True)
class Scan:
    """What was found in a log of `total` lines. At the lines `steps`, a step begins."""

    total: int = 0
    findings: list[Finding] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)

    def find_first(self) -> Finding | None:
        """Return the first line that is a failure of its own, else the first that may be one."""
        for score in (FAILURE_SCORE, LIKELY_SCORE, CONSEQUENCE_SCORE + 1, 1):
            found = [one for one in self.findings if one.score >= score]
            if found:
                return min(found, key=lambda one: one.number)
        return None

    def find_last(self) -> Finding | None:
        """Return the last failure."""
        for score in (FAILURE_SCORE, LIKELY_SCORE, 1):
            found = [one for one in self.findings if one.score >= score]
            if found:
                return max(found, key=lambda one: one.last_number)
        return None

    def find_step(self, number: int) -> int:
        """Return the number of the line at which the step of line `number` begins, 0 for none."""
        place = bisect_right(self.steps, number)
        return self.steps[place - 1] if place else 0


class Scanner:
    """Scans batches of lines in order."""

    def __init__(self) -> None:
        self._scan = Scan()
        self._kinds: dict[str, Finding] = {}
        self._late: deque[tuple[int, str]] = deque(maxlen=_MAX_LATE)
        self._hit_count = 0

    def feed(self, lines: Sequence[str]) -> None:
        """Look through the next lines."""
        low = "\n".join(("", *lines)).lower()
        words = WORDS if self._hit_count < _MAX_HITS else STRONG_WORDS
        hits = _find_lines(low, words)
        self._hit_count += len(hits)
        for index in sorted(hits):
            self._add(self._scan.total + index + 1, lines[index])
        if len(self._scan.steps) < _MAX_STEPS:
            steps = sorted(_find_lines(low, STEP_WORDS))
            self._scan.steps += [self._scan.total + index + 1 for index in steps]
        self._scan.total += len(lines)

    def finish(self) -> Scan:
        """Return what was found, each kind of line once, in order."""
        for number, raw in self._late:
            self._kinds[f"\n{number}"] = Finding(number, _judge(raw), number)
        findings = [one for one in self._kinds.values() if one.score]
        self._scan.findings = sorted(findings, key=lambda one: one.number)
        return self._scan

    def _add(self, number: int, raw: str) -> None:
        key = _DIGITS.sub("0", raw[:_KEY_CHARS])
        known = self._kinds.get(key)
        if known is not None:
            known.count += 1
            known.last_number = number
        elif len(self._kinds) < _MAX_KINDS:
            self._kinds[key] = Finding(number, _judge(raw), number)
        else:
            self._late.append((number, raw))


def look_through(batches: Iterable[Sequence[str]]) -> Scan:
    """Look through all lines of a log."""
    scanner = Scanner()
    for batch in batches:
        scanner.feed(batch)
    return scanner.finish()


def _find_lines(low: str, words: Sequence[str]) -> set[int]:
    """Return the indices of the lines that hold one of `words`; each begins with a line break."""
    words = [word for word in words if word in low]
    if not words:
        return set()
    starts = list(accumulate((len(line) + 1 for line in low.split("\n")[1:]), initial=0))
    found = set[int]()
    for word in words:
        place = low.find(word)
        while place >= 0:
            index = bisect_right(starts, place) - 1
            found.add(index)
            place = low.find(word, starts[index + 1])
    return found


def _judge(raw: str) -> int:
    text = clean_line(raw)
    if len(text) > _JUDGED_CHARS:
        text = shorten_line(text, _JUDGED_CHARS, find_place(text))
    score = score_line(text)
    if score and _is_echo(raw, text):
        # What a shell says that it will run has not failed yet.
        return 0
    # What the runner itself marks is one, unless it only says that there was one.
    is_marked = any(mark in raw[:120] for mark in _RUNNER_ERRORS)
    return max(score, FAILURE_SCORE + 1) if is_marked and score != CONSEQUENCE_SCORE else score


def _is_echo(raw: str, text: str) -> bool:
    return text.startswith(_ECHO_MARKS) or any(code in raw[:60] for code in _ECHO_CODES)
