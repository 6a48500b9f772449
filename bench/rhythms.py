"""Compares the cost of threads with resending everything, for many rhythms and lengths.

See `threads.py` for how a thread is played.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, dropwhile

from bench.threads import (
    ANSWERS,
    PAUSES,
    MeteredRequest,
    Step,
    ThreadResult,
    build_file_steps,
    build_picture_steps,
    build_word_steps,
    play_thread,
)
from bot.playground.model.usage import TokenMeter
from tests.support.clock import Clock

LENGTHS = (10, 50, 200)
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
# Seconds between one question and the next, over and over.
RHYTHMS: dict[str, tuple[float, ...]] = {
    "5 s": (5.0,),
    "30 s": (30.0,),
    "2 min": (2 * MINUTE,),
    "5 min": (5 * MINUTE,),
    "10 min": (10 * MINUTE,),
    "1 h": (HOUR,),
    "1 day": (DAY,),
    "mixed": PAUSES,
    "a few, then a day": (20.0, 40.0, 60.0, 15.0, DAY),
    "many, then an hour": (*[30.0] * 11, HOUR),
    "10 s and 1 h in turn": (10.0, HOUR),
    "9 slow, then brisk": (*[HOUR] * 9, *[10.0] * 200),
}
_SHORT_QUESTIONS, _SHORT_ANSWERS = (60, 90, 40, 120), (150, 80, 250, 120)
_LONG_ANSWERS = (2_200, 3_000, 1_800)


@dataclass(frozen=True, slots=True)
class RhythmResult:
    """Of one thread at one rhythm: cost shares and summaries at each length, and facts.

    `later_share` is the highest after the first fold has paid: at no length of the thread should it
    be more than 1.
    """

    thread: str
    rhythm: str
    shares: dict[int, float]
    summaries: dict[int, int]
    highest_share: float
    later_share: float
    found: int
    checked: int


async def compare_rhythms() -> AsyncIterator[RhythmResult]:
    """Play each thread at each rhythm. Resending everything is played once, and counted at each."""
    short = list(build_word_steps(random.Random(1), 50, _SHORT_QUESTIONS))
    for name, steps, answers in (
        ("words", list(build_word_steps(random.Random(1), max(LENGTHS))), ANSWERS),
        ("short messages", short, _SHORT_ANSWERS),
        ("long answers", list(build_word_steps(random.Random(1))), _LONG_ANSWERS),
        ("pictures", list(build_picture_steps(random.Random(1))), ANSWERS),
        ("a file of 100 pages", list(build_file_steps(random.Random(1))), ANSWERS),
    ):
        everything = await play_thread(steps, answers=answers, EASEL_RESEND_ALL="true")
        for rhythm, pauses in RHYTHMS.items():
            yield await _compare(name, rhythm, pauses, steps, answers, everything)


async def _compare(
    name: str,
    rhythm: str,
    pauses: Sequence[float],
    steps: list[Step],
    answers: Sequence[int],
    everything: ThreadResult,
) -> RhythmResult:
    selected = await play_thread(steps, pauses=pauses, answers=answers)
    costs = sum_costs(selected.metered, pauses)
    full_costs = sum_costs(everything.metered, pauses)
    requests = list(accumulate(len(metered) for metered in selected.metered))
    lengths = [length for length in LENGTHS if length <= len(steps)]
    shares = [cost / full for cost, full in zip(costs, full_costs, strict=True)]
    return RhythmResult(
        name,
        rhythm,
        {length: shares[length - 1] for length in lengths},
        {length: requests[length - 1] - length for length in lengths},
        max(shares),
        find_later_share(shares),
        selected.found,
        selected.checked,
    )


def find_later_share(shares: Sequence[float]) -> float:
    """Return the highest share after the lengths at which the first fold has not yet paid."""
    equal = 1 + 1e-6
    rest = dropwhile(lambda share: share <= equal, shares)
    return max(dropwhile(lambda share: share > equal, rest), default=0.0)


def sum_costs(metered: Sequence[Sequence[MeteredRequest]], pauses: Sequence[float]) -> list[float]:
    """Return the cost of a thread up to each question, in dollars, at this rhythm."""
    clock, cost, costs = Clock(), 0.0, list[float]()
    meter = TokenMeter(clock)
    for number, requests in enumerate(metered):
        cost += sum(meter.compute_usage(*request)["cost"] for request in requests)
        costs.append(cost)
        clock.now += pauses[number % len(pauses)]
    return costs
