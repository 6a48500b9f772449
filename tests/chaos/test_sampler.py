"""What a soak takes for a leak of memory, and what for the holes that a burst has left."""

from __future__ import annotations

import random
import sqlite3
from typing import cast

import pytest

from tests.chaos.measured import measure_sqlite_mb, measure_used_mb
from tests.chaos.sampler import MAX_SQLITE_MB, Sampler
from tests.chaos.service import ServiceProcess

HOUR = 3600.0


def build_sampler(**growth_per_hour: float) -> Sampler:
    """Forty minutes, a sample each five seconds; `used_memory` is the figure "used memory"."""
    rng = random.Random(1)
    sampler = Sampler(cast(ServiceProcess, None), 5.0)
    for name, growth in growth_per_hour.items():
        sampler.samples[name.replace("_", " ")] = [
            (n * 5.0, 100.0 + growth * n * 5.0 / HOUR + rng.uniform(0, 1)) for n in range(480)
        ]
    return sampler


@pytest.mark.parametrize(
    ("growth", "expected"),
    [
        ({"used_memory": 0.0, "RSS": 12.0}, []),  # holes
        ({"used_memory": 0.0, "RSS": 40.0}, ["RSS"]),  # holes that do not end
        ({"used_memory": 10.0, "RSS": 0.0}, ["used memory"]),  # into the holes, for now
        ({"used_memory": 10.0, "RSS": 12.0}, ["used memory"]),
        ({"used_memory": 40.0, "RSS": 40.0}, ["used memory", "RSS"]),
        ({"RSS": 12.0}, ["RSS"]),  # nothing says that they are holes
        ({"used_memory": 0.0, "PSS_of_children": 12.0}, ["PSS of children"]),
    ],
)
def test_used_memory_that_grows_is_a_leak_and_holes_have_a_wider_limit(
    growth: dict[str, float], expected: list[str]
) -> None:
    problems = build_sampler(**growth).find_growth()
    assert [problem.split(": ")[1] for problem in problems] == expected


def test_the_memory_of_sqlite_has_a_bound_of_its_own() -> None:
    sampler = build_sampler(used_memory=0.0)
    sampler.samples["SQLite's memory"] = [(n * 5.0, min(n / 50, 5.0)) for n in range(480)]
    assert sampler.find_growth() == []
    sampler.samples["SQLite's memory"].append((2_400.0, MAX_SQLITE_MB + 0.1))
    assert sampler.find_growth() == ["too large: SQLite's memory: 7.1 MB"]


def test_the_pages_of_a_database_are_counted_as_sqlites() -> None:
    used, before = measure_used_mb(), measure_sqlite_mb()
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t AS SELECT zeroblob(20000000) AS x")
    during = measure_sqlite_mb()
    if not during:
        pytest.skip("SQLite is built into the interpreter")
    used_during = measure_used_mb()
    database.close()
    assert during - before > 15
    assert used is None or used_during is None or abs(used_during - used) < 5


@pytest.mark.skipif(measure_used_mb() is None, reason="the C library does not tell")
@pytest.mark.parametrize("size", [64, 300, 4_000, 1024**2])
def test_used_memory_counts_what_is_held_and_not_what_was_freed(size: int) -> None:
    before = measure_used_mb()
    held = [bytes(size) for _ in range(64 * 1024**2 // size)]
    during = measure_used_mb()
    held.clear()
    after = measure_used_mb()
    assert before is not None and during is not None and after is not None
    assert 20 < during - before < 130
    assert abs(after - before) < 8
