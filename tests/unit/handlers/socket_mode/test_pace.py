"""Waits between attempts: growing, spread, bounded, and never shorter than Slack asks for."""

from __future__ import annotations

import pytest

from handlers.socket_mode.pace import Pace, calculate_delay

PACE = Pace(first_delay=0.5, max_delay=30.0, refused_delay=60.0)


def test_after_a_success_the_next_attempt_is_made_at_once() -> None:
    assert calculate_delay(PACE, 0, chance=1.0) == 0.0


def test_waits_double_up_to_a_bound() -> None:
    longest = [calculate_delay(PACE, failures, chance=1.0) for failures in range(1, 10)]
    assert longest == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert calculate_delay(PACE, 10**9, chance=1.0) == 30.0


def test_chance_spreads_a_wait_over_its_second_half() -> None:
    assert calculate_delay(PACE, 4, chance=0.0) == 2.0
    assert calculate_delay(PACE, 4, chance=0.5) == 3.0


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_slack_waits_no_shorter_than_it_says(chance: float) -> None:
    assert 40.0 <= calculate_delay(PACE, 1, retry_after=40.0, chance=chance) <= 40.5
    assert calculate_delay(PACE, 9, retry_after=1.0, chance=chance) >= 15.0


def test_an_absurd_retry_after_does_not_end_the_service() -> None:
    assert calculate_delay(PACE, 1, retry_after=1e12, chance=1.0) < 1000


def test_a_refusal_for_good_is_tried_slowly() -> None:
    assert calculate_delay(PACE, 1, is_refused=True, chance=0.0) == 30.0
    assert calculate_delay(PACE, 50, is_refused=True, chance=1.0) == 60.0
