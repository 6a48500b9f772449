"""What a soak takes for a leak, and what it does not."""

from __future__ import annotations

import random

import pytest

from tests.chaos.trends import Sample, fit_trend

HOUR = 3600.0


def build_samples(growth_per_hour: float, *, noise: float = 1.0, steps: int = 480) -> list[Sample]:
    """Forty minutes, a sample each five seconds."""
    rng = random.Random(1)
    return [
        (n * 5.0, 100.0 + growth_per_hour * n * 5.0 / HOUR + rng.uniform(0, noise))
        for n in range(steps)
    ]


@pytest.mark.parametrize("growth", [8.0, 30.0])
def test_a_steady_growth_is_a_leak(growth: float) -> None:
    trend = fit_trend(build_samples(growth))
    assert trend.per_hour == pytest.approx(growth, rel=0.2)
    assert trend.is_growth(5.0)


def test_noise_and_spikes_are_no_leak() -> None:
    samples = build_samples(0.0, noise=3.0)
    samples = [(at, value + 40.0 * (n % 50 < 5)) for n, (at, value) in enumerate(samples)]
    assert not fit_trend(samples).is_growth(5.0)


def test_a_single_step_is_no_leak() -> None:
    samples = [(at, value + 10.0 * (at > 1_800)) for at, value in build_samples(0.0)]
    trend = fit_trend(samples)
    assert trend.per_hour > 5.0
    assert not trend.is_growth(5.0)


def test_the_start_does_not_count() -> None:
    samples = [(at, value + min(at, 1_000.0) / 20) for at, value in build_samples(0.0)]
    assert not fit_trend(samples).is_growth(5.0)


def test_a_descriptor_that_is_lost_every_two_minutes_is_a_leak() -> None:
    samples = [(at, float(20 + int(at) // 120)) for at, _ in build_samples(0.0)]
    assert fit_trend(samples).is_growth(1.0)


def test_a_few_minutes_are_not_judged() -> None:
    assert not fit_trend(build_samples(500.0, steps=60)).is_growth(5.0)
    assert fit_trend([]).lows == ()
