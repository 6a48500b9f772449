"""Turns of threads are short while few answers are given, and long in a burst."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from bot.queue.turns import LONG_SECONDS, SHORT_SECONDS, choose_turn_seconds, set_turns


@pytest.fixture(autouse=True)
def keep_interval() -> Iterator[None]:
    seconds = sys.getswitchinterval()
    yield
    sys.setswitchinterval(seconds)


@pytest.mark.parametrize("count", [0, 1, 5, 20])
def test_few_answers_have_short_turns(count: int) -> None:
    assert choose_turn_seconds(count) == SHORT_SECONDS


@pytest.mark.parametrize("count", [21, 200, 5_000])
def test_a_burst_has_long_turns(count: int) -> None:
    assert choose_turn_seconds(count) == LONG_SECONDS


def test_the_interpreter_follows() -> None:
    for count, seconds in ((0, SHORT_SECONDS), (100, LONG_SECONDS), (20, SHORT_SECONDS)):
        set_turns(count)
        assert sys.getswitchinterval() == pytest.approx(seconds)
