"""The short forms of `make chaos` and of a soak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.run import Plan, run_chaos
from tests.chaos.soak import SoakPlan, run_soak


@pytest.mark.parametrize(
    "plan",
    [
        Plan(seed=1, questions=40, threads=8, kills=2, terms=1),
        Plan(seed=2, questions=30, threads=6, kills=1, terms=1, full_disk=True, refresh=True),
        Plan(seed=3, questions=20, threads=6, kills=1, terms=1, poison=True),
    ],
    ids=["kills", "full disk and new sockets", "poison"],
)
async def test_a_short_storm_breaks_no_promise(plan: Plan, tmp_path: Path) -> None:
    result = await run_chaos(plan, tmp_path)
    assert result.problems == []
    assert result.acknowledged == plan.questions


async def test_a_short_soak_breaks_no_promise(tmp_path: Path) -> None:
    plan = SoakPlan(
        seed=1, minutes=0.12, threads=8, pause_seconds=0.2, sample_seconds=0.5, scale=0.01
    )
    result = await run_soak(plan, tmp_path)
    assert result.problems == []
