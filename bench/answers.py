"""What Easel adds to an answer, beside the floor: time, calls, memory, commits."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bench.floor import bare_commits
from bench.model import Pace
from bench.run import Run, burst, median, p95, running, steady
from bench.table import row
from bot.domain.conversation import Speaker, Thread, Turn
from bot.playground.slack.web_api import Rules
from storage.conversations import ThreadHistory
from storage.engine.sqlite import open_database

# The tiers are off but for the last measurement, and Easel is told so.
FAST = {"EASEL_SLACK_RATE": "1000"}
OPEN = Rules(rate_tiers=False)
FAR = Rules(rate_tiers=False, latency=0.150)
HALF_A_SECOND = Pace(tokens=500, gap=0.001)
TWO_SECONDS = Pace(tokens=500, gap=0.004)
_LENGTHS = (1, 10, 100, 1000)
_ROUNDS = 15


async def answers(questions: int) -> None:
    """Added time for answers of 500 tokens, one question after the other."""
    for name, rules in (("Slack at once", OPEN), ("Slack 150 ms away", FAR)):
        for program in ("easel", "floor"):
            async with running(program, rules, **FAST) as run:
                times = await steady(run, questions=questions, pace=HALF_A_SECOND, every=0.85)
            row(
                f"{program}, {name}",
                f"{median(times.to_request):.1f} / {p95(times.to_request):.1f}",
                f"{median(times.to_last_call):.1f} / {p95(times.to_last_call):.1f}",
                f"{median(times.to_end):.1f} / {p95(times.to_end):.1f}",
            )


async def calls(questions: int) -> None:
    """Slack calls for answers whose 500 tokens arrive within two seconds, five at a time."""
    async with running("easel", OPEN, **FAST) as run:
        times = await steady(run, questions=questions, pace=TWO_SECONDS, every=0.4)
    row(
        "easel, five answers at a time",
        f"{max(times.calls)}",
        f"{median(times.to_request):.1f} / {p95(times.to_request):.1f}",
        f"{median(times.to_last_call):.1f} / {p95(times.to_last_call):.1f}",
    )


async def at_once() -> None:
    """200 mentions in 200 threads at the same moment."""
    for program in ("easel", "floor"):
        async with running(program, OPEN, **FAST) as run:
            idle = run.memory("VmRSS")
            seconds, _ = await burst(run, questions=200, pace=Pace(tokens=20))
            peak = run.memory("VmHWM")
        row(
            f"{program}, fast far ends",
            f"{200 / seconds:.0f}/s",
            f"{seconds:.2f} s",
            f"{idle:.0f}",
            f"{peak:.0f}",
        )
    slow = Pace(tokens=100, first=2.0, gap=0.010)
    for program in ("easel", "floor"):
        async with running(program, FAR, **FAST) as run:
            idle = run.memory("VmRSS")
            seconds, took = await burst(run, questions=200, pace=slow)
            peak = run.memory("VmHWM")
        row(
            f"{program}, slow far ends",
            f"p95 {p95(took):.2f} s",
            f"{seconds:.2f} s",
            f"{idle:.0f}",
            f"{peak:.0f}",
        )


async def durable(questions: int) -> None:
    """Acknowledgements, each after its commit, and how many transactions a question takes."""
    async with running("easel", OPEN, **FAST) as run:
        await steady(run, questions=questions, pace=HALF_A_SECOND, every=0.85)
        acks = run.acknowledged()
        alone = await run.figure("easel_transactions") / questions
    commits = await asyncio.to_thread(bare_commits)
    row(
        "floor: a bare commit",
        f"{median(commits):.1f} / {p95(commits):.1f} / {max(commits):.1f}",
        1,
    )
    row(
        "one at a time",
        f"{median(acks):.1f} / {p95(acks):.1f} / {max(acks):.1f}",
        f"{alone:.2f}",
    )
    patient = Rules(rate_tiers=False, ack_seconds=60.0)
    for count in (200, 1000):
        settings = {**FAST, "EASEL_BACKLOG": "5000"}
        async with running("easel", patient, **settings) as run:
            await burst(run, questions=count, pace=Pace(tokens=20))
            acks = run.acknowledged()
            together = await run.figure("easel_transactions") / count
        row(
            f"{count} at once",
            f"{median(acks):.0f} / {p95(acks):.0f} / {max(acks):.0f}",
            f"{together:.2f}",
        )


async def long_threads() -> None:
    """Event to model request in threads of 1 to 1,000 earlier messages."""
    roots = {length: f"17000{length:05d}.000100" for length in _LENGTHS}

    async def fill(folder: Path) -> None:
        async with open_database(folder / "easel.db") as database:
            history = ThreadHistory(database)
            for length, root in roots.items():
                said = [
                    Turn(
                        Speaker.EASEL if number % 2 else Speaker.PERSON,
                        f"17000{length:05d}.{number + 101:06d}",
                        f"message {number} of a thread about many things and some more words",
                        "U0ALEX",
                    )
                    for number in range(length)
                ]
                await history.remember_earlier(Thread("T0EASEL", "C0GENERAL", root), said)

    async with running("easel", OPEN, prepare=fill, **FAST) as run:
        run.model.pace = Pace(tokens=5)
        first = None
        for length, root in roots.items():
            added = [await _one(run, length * 100 + number, root) for number in range(_ROUNDS)]
            first = first or median(added)
            row(f"{length} earlier", f"{median(added):.1f}", f"{median(added) / first:.2f}")


async def _one(run: Run, mark: int, root: str) -> float:
    asked = await run.ask(mark, root=root)

    def done() -> bool:
        return mark in run.model.ended and not run.slack.workspace.status(asked.channel, root)

    await run.slack.until(done, seconds=30)
    await asyncio.sleep(0.1)
    return (run.model.asked[mark] - asked.at) * 1000


async def with_tiers() -> None:
    """200 mentions in 200 channels under Slack's rate tiers."""
    async with running("easel", Rules()) as run:
        _, took = await burst(run, questions=200, pace=Pace(tokens=100, gap=0.01), channels=200)
        calls = run.slack.calls
        refused = sum(call.status == 429 for call in calls)
        first_sign: dict[Any, float] = {}  # a status, or text where that came even sooner
        for call in calls:
            if "thread_ts" in call.args:
                first_sign.setdefault(call.args["thread_ts"], call.at)
        waits = [first_sign.get(asked.root, float("inf")) - asked.at for asked in run.asked]
    row(
        "easel, tiers on",
        f"{len(took)} of 200",
        f"{100 * refused / len(calls):.1f} % of {len(calls)} calls",
        f"{max(waits):.2f} s",
        f"{p95(took):.1f} s",
    )
