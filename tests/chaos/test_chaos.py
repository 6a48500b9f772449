"""The short forms of `make chaos` and of a soak."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.chaos.replicas.storm import RULES, Outages, run_replicated_chaos
from tests.chaos.run import Plan, run_chaos
from tests.chaos.soak import SoakPlan, run_soak
from tests.support.postgres import skip_without_postgres


async def test_a_short_storm_in_which_people_steer_breaks_no_promise(tmp_path: Path) -> None:
    # `make chaos` has storms of every kind, with a poison among the questions too. With this seed
    # the disk is full before the kill and before the stop.
    plan = Plan(7, questions=28, threads=8, kills=1, terms=1, steers=True)
    plan = replace(plan, full_disk=True, refresh=True)
    result = await run_chaos(plan, tmp_path)
    assert result.problems == [], result.acts
    assert result.acknowledged == plan.questions and result.acts
    assert result.fillings == plan.kills + plan.terms


async def test_a_short_storm_of_replicas_breaks_no_promise(tmp_path: Path) -> None:
    skip_without_postgres()
    # With this seed the server is killed first, and a replica just when it is back, with answers
    # that are running: the stop and the restarts take place while others wait for its leases.
    plan = Plan(seed=24, questions=24, threads=6, kills=1, terms=1, waits_for_bills=False)
    outages = Outages(server_kills=1, partitions=0, rolls=0)
    rules = replace(RULES, retry_after=(0.0, 2.0, 6.0, 20.0))
    result = await run_replicated_chaos(plan, tmp_path, replicas=3, outages=outages, rules=rules)
    assert result.problems == []
    assert result.acknowledged + result.given_up == plan.questions


async def test_a_short_soak_breaks_no_promise(tmp_path: Path) -> None:
    plan = SoakPlan(
        seed=1, minutes=0.12, threads=8, pause_seconds=0.2, sample_seconds=0.5, scale=0.01
    )
    result = await run_soak(plan, tmp_path)
    assert result.problems == []


async def test_a_service_that_does_not_get_ready_breaks_the_run_off_with_its_log(
    tmp_path: Path,
) -> None:
    with closing(sqlite3.connect(tmp_path / "easel.db")) as database:
        database.execute("CREATE TABLE of_another_program (id INTEGER)")
    result = await run_chaos(Plan(seed=1, questions=1, kills=0, terms=0), tmp_path)
    assert len(result.problems) == 1 and "NotReadyError" in result.problems[0]
    assert "another program's tables" in result.problems[0]
