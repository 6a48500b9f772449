"""A question that ends the process is found out, and no other one pays for it."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest

from bot.domain.conversation import Person
from bot.domain.questions import (
    MAX_CRASHES,
    SUSPECT_CRASHES,
    Presser,
    PressResult,
    Question,
    SuspectLane,
)
from bot.queue.suspects import SOLITARY_SECONDS, choose_lane
from tests.support.virtual_easel import (
    CHANNEL,
    WIDE_LIMITS,
    Plan,
    VirtualEasel,
    build_numbered_message,
    submit_questions,
)


async def crash(easel: VirtualEasel, after_seconds: float, *, has_stalled: bool = False) -> None:
    await asyncio.sleep(after_seconds)
    await easel.kill()
    await easel.start(has_stalled=has_stalled)


async def restart_until_all_end(easel: VirtualEasel) -> int:
    """Restart whenever a question ends the process; return how often that was."""
    count = 0
    while any(not row.shown for row in easel.read_rows("shown")):
        assert easel.answerer is not None and easel.loop.time() < 20_000
        await asyncio.sleep(0.5)
        if easel.answerer.kill.is_set():
            count += 1
            await easel.kill()
            await easel.start()
    return count


def test_eight_kills_in_twelve_seconds_fail_none_of_forty_eight_questions(
    easel: VirtualEasel,
) -> None:
    async def run() -> None:
        await easel.start()
        await submit_questions(easel, range(48))
        for _ in range(8):
            await crash(easel, 1.5)
        await asyncio.sleep(300)

    easel.loop.run(run())
    assert [row.outcome for row in easel.read_rows("outcome")] == ["answered"] * 48


@pytest.mark.parametrize("seed", range(4))
def test_kills_from_outside_fail_no_question_however_long_they_go_on(
    easel: VirtualEasel, seed: int
) -> None:
    rng = random.Random(seed)

    async def run() -> None:
        await easel.start()
        for number in range(150):
            await submit_questions(easel, range(number, number + 1), rng.uniform(0.3, 3.0))
            await asyncio.sleep(rng.uniform(0.0, 2.0))
            if rng.random() < 0.3:
                await crash(easel, 0.0)
        await asyncio.sleep(600)

    easel.loop.run(run())
    assert {row.outcome for row in easel.read_rows("outcome")} == {"answered"}


@pytest.mark.parametrize("seconds", [0.0, 19.0, 25.0])
@pytest.mark.parametrize("poisons", [{7}, {0, 1}, {3, 40, 47}])
def test_only_the_questions_that_end_the_process_fail(
    easel: VirtualEasel, poisons: set[int], seconds: float
) -> None:
    async def run() -> None:
        await easel.start()
        for number in poisons:
            easel.plans[f"q{number}"] = Plan(["kill"], seconds)
        await submit_questions(easel, range(48), 2.0)
        await restart_until_all_end(easel)

    easel.loop.run(run())
    rows = easel.read_rows("outcome, crashes")
    assert {number for number, row in enumerate(rows) if row.outcome == "failed"} == poisons
    assert all(rows[number].crashes == MAX_CRASHES for number in poisons)


def test_two_crashes_make_suspects_and_the_third_is_charged_to_the_one_that_ran(
    easel: VirtualEasel,
) -> None:
    async def run() -> None:
        await easel.start()
        await submit_questions(easel, range(4), seconds=60.0)
        await crash(easel, 1.0)
        await crash(easel, 1.0)
        del easel.begun[:]
        await submit_questions(easel, range(4, 6), seconds=60.0)
        await crash(easel, 1.0)

    easel.loop.run(run())
    assert easel.begun.count("q0") == 1 and {"q4", "q5", "q0"} == set(easel.begun[:3])
    assert [row.crashes for row in easel.read_rows("crashes")] == [3, 2, 2, 2, 1, 1]


def test_a_new_question_that_ends_the_process_is_not_paid_for_by_earlier_suspects(
    easel: VirtualEasel,
) -> None:
    async def run() -> None:
        await easel.start()
        await submit_questions(easel, range(10))
        await crash(easel, 1.0)
        await crash(easel, 1.0)
        easel.plans["q10"] = Plan(["kill"], 0.5)
        await submit_questions(easel, range(10, 11))
        # Its first crashes are charged to suspects, too, and so are taken back from all that wait.
        assert await restart_until_all_end(easel) <= MAX_CRASHES + 3

    easel.loop.run(run())
    outcomes = [row.outcome for row in easel.read_rows("outcome")]
    assert outcomes == ["answered"] * 10 + ["failed"]


def test_a_suspect_that_lives_for_twenty_seconds_lets_the_next_one_start(
    easel: VirtualEasel,
) -> None:
    async def run() -> list[str]:
        await easel.start()
        await submit_questions(easel, range(3), seconds=60.0)
        await crash(easel, 1.0)
        await crash(easel, 1.0)
        del easel.begun[:]
        await asyncio.sleep(SOLITARY_SECONDS - 1)
        first = list(easel.begun)
        await asyncio.sleep(2.5)
        return [*first, "|", *easel.begun]

    assert easel.loop.run(run()) == ["q0", "|", "q0", "q1"]


def test_a_question_of_a_process_whose_loop_stood_is_a_suspect_at_once(
    easel: VirtualEasel,
) -> None:
    async def run() -> None:
        await easel.start()
        await submit_questions(easel, range(2), seconds=60.0)
        await crash(easel, 1.0, has_stalled=True)

    easel.loop.run(run())
    assert [row.crashes for row in easel.read_rows("crashes")] == [SUSPECT_CRASHES] * 2


def test_when_the_loop_turns_again_what_was_running_is_suspected(easel: VirtualEasel) -> None:
    async def run() -> None:
        worker = await easel.start()
        await submit_questions(easel, range(2), seconds=60.0)
        await worker.add_suspects()
        await submit_questions(easel, range(2, 3), seconds=60.0)

    easel.loop.run(run())
    assert [row.crashes for row in easel.read_rows("crashes")] == [2, 2, 0]


def test_the_button_does_not_give_a_question_five_more_crashes(easel: VirtualEasel) -> None:
    async def run() -> None:
        await easel.start()
        easel.plans["q0"] = Plan(["kill"])
        await submit_questions(easel, range(1))
        assert await restart_until_all_end(easel) == MAX_CRASHES
        del easel.begun[:]
        assert easel.worker is not None
        press = Presser(Person("U0", "T0EASEL"), "1700000009.000100")
        result = await easel.worker.retry(1, CHANNEL, press, go_on=False)
        assert result is PressResult.ASKED
        await asyncio.sleep(5)

    easel.loop.run(run())
    assert easel.begun == []
    assert easel.read_rows("outcome, crashes") == [("failed", MAX_CRASHES)]


def test_suspects_of_a_stall_keep_their_places(easel: VirtualEasel) -> None:
    async def run() -> None:
        worker = await easel.start()
        await submit_questions(easel, range(WIDE_LIMITS.concurrency), seconds=60.0)
        await worker.add_suspects()
        await submit_questions(easel, range(100, 120), seconds=60.0)
        await asyncio.sleep(2)

    easel.loop.run(run())
    # One of the suspects has a place of its own.
    assert len(easel.begun) == WIDE_LIMITS.concurrency + 1


@pytest.mark.parametrize(
    ("suspects", "lane"),
    [
        ([], SuspectLane.EMPTY),
        ([(5.0, False)], SuspectLane.CLOSED),
        ([(SOLITARY_SECONDS, False)], SuspectLane.SHARED),
        ([(SOLITARY_SECONDS, False), (3.0, False)], SuspectLane.CLOSED),
        ([(500.0, True)], SuspectLane.CLOSED),
    ],
)
def test_the_lane_takes_the_next_suspect(
    suspects: list[tuple[float, bool]], lane: SuspectLane
) -> None:
    message = build_numbered_message(1)
    others = Question(1, message.thread, message.ts, message.sender, "innocent", crashes=1)
    running = [(others, 999.0)]
    for age, is_isolated in suspects:
        suspect = replace(others, crashes=SUSPECT_CRASHES, is_isolated=is_isolated)
        running.append((suspect, 1000.0 - age))
    assert choose_lane(running, 1000.0) is lane
