"""The short form of `make chaos`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.run import Plan, run_chaos


@pytest.mark.parametrize(
    "plan",
    [
        Plan(seed=1, questions=40, threads=8, kills=2, terms=1),
        Plan(seed=2, questions=30, threads=6, kills=1, terms=1, full_disk=True, refresh=True),
    ],
    ids=["kills", "full disk and new sockets"],
)
async def test_a_short_storm_breaks_no_promise(plan: Plan, tmp_path: Path) -> None:
    result = await run_chaos(plan, tmp_path)
    assert result.problems == []
    assert result.acknowledged == plan.questions
