"""The pool of the jobs' worker leaves no task behind, whenever its opening or end is cancelled."""

from __future__ import annotations

import asyncio

import pytest

from storage.jobs.pool import JobPool

# A close takes fewer turns of the loop, and an opening is cut in all its parts.
TURNS = 40


def build_pool(url: str) -> JobPool:
    return JobPool(url, min_size=1, max_size=2, open=False)


def list_left(pool: JobPool) -> list[str]:
    return [task.get_name() for task in asyncio.all_tasks() if pool.name in task.get_name()]


async def cancel_after(task: asyncio.Task[None], turns: int, times: int = 1) -> None:
    for _ in range(times):
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.wait({task})


@pytest.mark.parametrize("times", [1, 3])
async def test_an_end_that_is_cancelled_is_whole(postgres_url: str, times: int) -> None:
    for turns in range(1, TURNS):  # one that has not begun is none
        pool = build_pool(postgres_url)
        await pool.open(wait=True)
        closing = asyncio.create_task(pool.close())
        await cancel_after(closing, turns, times)
        assert closing.cancelled() or closing.exception() is None
        assert list_left(pool) == [] and pool.closed


async def test_an_opening_that_is_cancelled_leaves_nothing(postgres_url: str) -> None:
    for turns in range(TURNS):
        pool = build_pool(postgres_url)
        opening = asyncio.create_task(pool.open(wait=True))
        await cancel_after(opening, turns)
        if not opening.cancelled():
            # psycopg lost the cancellation, or it was open before.
            await pool.close()
        assert list_left(pool) == []


async def test_a_pool_that_cannot_be_opened_leaves_nothing(postgres_url: str) -> None:
    pool = JobPool(
        f"{postgres_url}&connect_timeout=1&dbname=none",
        min_size=1,
        open=False,
        reconnect_timeout=0.1,
    )
    with pytest.raises(Exception, match="pool"):
        await pool.open(wait=True, timeout=0.2)
    assert list_left(pool) == []
