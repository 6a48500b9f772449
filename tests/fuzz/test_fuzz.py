"""The short form of `python -m tests.fuzz`."""

from __future__ import annotations

from tests.fuzz.facts import run_facts
from tests.fuzz.run import Plan, build_file, list_seeds, run_fuzz


async def test_two_hundred_damaged_files_do_the_service_no_harm() -> None:
    result = await run_fuzz(Plan(seed=1, files=200))
    assert result.problems == []
    assert result.files == result.read + result.refused == 200
    # The damage neither ruins every file nor leaves every file sound.
    assert result.read > 20 and result.refused > 20


def test_the_same_seed_makes_the_same_files() -> None:
    seeds = list_seeds()
    first = [build_file(3, number, seeds) for number in range(50)]
    assert first == [build_file(3, number, seeds) for number in range(50)]
    assert first != [build_file(4, number, seeds) for number in range(50)]
    assert len({data for _, data in first}) > 45


async def test_damaged_manifests_give_a_picture_or_one_sentence() -> None:
    result = await run_facts(25, seed=1)
    assert result.problems == []
    assert result.deaths == 0
    assert result.counts["manifest drawn"] >= 3
