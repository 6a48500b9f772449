"""Holds work to a limit of processor time that a slow or crowded machine does not break.

A limit is in seconds of the machine on which it was set. How long the same piece of plain work
takes here and now tells how much slower this one is: as a rule nothing but a search of another
order is beyond the limit, and that is by far.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

# What `_work_plainly` takes where the limits were set, with nothing else to do.
_USUAL_SECONDS = 0.0012
_PIECE = {"words": ["the quick brown fox jumps"] * 40, "numbers": list(range(200))}
_WORD_PATTERN = re.compile(r"\b[a-z]+\b")


@contextmanager
def hold_to(seconds: float, why: str = "") -> Iterator[None]:
    """Fail where what is done in the context takes more than `seconds` of processor time."""
    slowness = measure_slowness()
    began = time.process_time()
    yield
    spent = time.process_time() - began
    allowed = seconds * max(slowness, measure_slowness())
    assert spent < allowed, why or f"it took {spent:.2f} s, and {allowed:.2f} s are allowed"


def measure_slowness() -> float:
    """Return how many times as long as where the limits were set work takes now; at least 1."""
    return max(1.0, min(_work_plainly() for _ in range(2)) / _USUAL_SECONDS)


def _work_plainly() -> float:
    """Do some work of the kinds that are measured; return the processor time that it took."""
    began = time.thread_time()
    total = 0
    for _ in range(12):
        text = json.dumps(_PIECE)
        total += len(_WORD_PATTERN.findall(text)) + len(json.loads(text))
        total += sum(number * number % 7 for number in range(400))
    assert total
    return time.thread_time() - began
