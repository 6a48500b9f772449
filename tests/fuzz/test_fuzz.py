"""The short form of `python -m tests.fuzz`."""

from __future__ import annotations

from tests.fuzz.run import Plan, build_file, list_seeds, run_fuzz


async def test_three_hundred_damaged_files_do_the_service_no_harm() -> None:
    told = await run_fuzz(Plan(seed=1, files=300))
    assert told.problems == []
    assert told.files == told.read + told.refused == 300
    # Neither is what is fed to them all refused at the door, nor is it all sound.
    assert told.read > 30 and told.refused > 30


def test_the_same_seed_makes_the_same_files() -> None:
    start = list_seeds()
    first = [build_file(3, number, start) for number in range(50)]
    assert first == [build_file(3, number, start) for number in range(50)]
    assert first != [build_file(4, number, start) for number in range(50)]
    assert len({data for _, data in first}) > 45
