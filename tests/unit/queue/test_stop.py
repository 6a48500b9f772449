"""A stop is no crash: what was being answered is put back, and pays for nothing."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import pytest

from tests.support.virtual_easel import Plan, VirtualEasel, build_numbered_message, submit_questions


def test_a_stop_charges_nobody(easel: VirtualEasel) -> None:
    async def run() -> None:
        await easel.start()
        await submit_questions(easel, range(3), seconds=60.0)
        for _ in range(6):
            await asyncio.sleep(1)
            await easel.stop(grace_seconds=1.0)
            await easel.start()

    easel.loop.run(run())
    assert [row.crashes for row in easel.read_rows("crashes")] == [0, 0, 0]


def test_a_stop_charges_nobody_for_a_submit_that_was_cancelled(easel: VirtualEasel) -> None:
    async def run() -> None:
        worker = await easel.start()
        easel.plans["q0"] = Plan(["ok"], 60.0)
        submitting = asyncio.create_task(worker.submit(build_numbered_message(0)))
        await asyncio.sleep(0.0005)  # in the middle of the transaction
        submitting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await submitting
        await asyncio.sleep(1)
        assert easel.begun == ["q0"]
        await easel.stop(grace_seconds=0)
        await easel.start()

    easel.loop.run(run())
    assert [row.crashes for row in easel.read_rows("crashes")] == [0]


@pytest.mark.parametrize("delay", [0.0, 0.0004, 0.0011, 0.0017, 0.0025, 0.4996, 0.5008, 0.5012])
def test_a_stop_at_any_moment_of_a_look_releases_what_is_claimed(
    easel: VirtualEasel, delay: float
) -> None:
    async def run() -> None:
        worker = await easel.start()
        easel.plans["q0"] = Plan(["away", "ok"], 0.0)
        await submit_questions(easel, range(3), seconds=60.0)
        await asyncio.sleep(2.0)  # about when q0 is due again
        await worker.submit(
            replace(build_numbered_message(1), ts="1800000000.000001", event_id="Ev9")
        )
        await asyncio.sleep(delay)
        await easel.stop(grace_seconds=0)
        assert {row.claimed_by for row in easel.read_rows("claimed_by")} == {""}
        await easel.start()

    easel.loop.run(run())
    assert {row.crashes for row in easel.read_rows("crashes")} == {0}


def test_a_stop_releases_what_the_store_could_not_take_back_before(easel: VirtualEasel) -> None:
    async def run() -> None:
        await easel.start()
        easel.plans["q0"] = Plan(["away"], 1.0)
        await submit_questions(easel, range(1))
        easel.database.is_failing = True
        await asyncio.sleep(1.2)  # it cannot be put back
        easel.database.is_failing = False
        await easel.stop(grace_seconds=0)
        await easel.start()

    easel.loop.run(run())
    assert [row.crashes for row in easel.read_rows("crashes")] == [0]


def test_a_stop_that_lasts_keeps_its_claims_and_leaves_what_comes_to_others(
    easel: VirtualEasel,
) -> None:
    async def run() -> None:
        worker = await easel.start()
        await submit_questions(easel, range(1), seconds=70.0)
        await asyncio.sleep(1)
        worker.begin_stop()
        await worker.submit(build_numbered_message(7))
        stopping = asyncio.create_task(easel.stop(grace_seconds=90.0))
        await asyncio.sleep(60)  # twice as long as a lease
        held, waiting = easel.read_rows("claimed_by, claimed_until")
        assert held.claimed_by and held.claimed_until > easel.read_clock()
        assert waiting.claimed_by == "" and easel.begun == ["q0"]
        await stopping
        assert easel.loop.time() < 75, "nothing waits longer than the answer"
        await easel.start()
        await asyncio.sleep(1)

    easel.loop.run(run())
    assert easel.begun == ["q0", "q7"]


def test_the_grace_period_counts_from_the_beginning_of_the_stop(easel: VirtualEasel) -> None:
    async def run() -> None:
        worker = await easel.start()
        await submit_questions(easel, range(1), seconds=600.0)
        await asyncio.sleep(1)
        worker.begin_stop()
        await asyncio.sleep(5)
        worker.begin_stop()  # said twice, it began once
        await easel.stop(grace_seconds=20.0)
        assert easel.loop.time() == pytest.approx(21, abs=0.5)

    easel.loop.run(run())
