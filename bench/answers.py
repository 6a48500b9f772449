"""What Easel adds to an answer, beside the floor: time, calls, memory, commits."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bench.floor import measure_commits
from bench.model import Pace
from bench.run import Run, compute_median, compute_p95, run_burst, run_program, run_steadily
from bench.table import print_row
from bot.domain.conversation import Speaker, Thread, Turn
from bot.playground.slack.web_api import Rules
from storage.conversations import SqliteConversationStore
from storage.engine.sqlite import open_database

# The tiers are off but for the last measurement, and Easel is told so.
FAST_SETTINGS = {"EASEL_SLACK_RATE": "1000"}
OPEN_RULES = Rules(rate_tiers=False)
FAR_RULES = Rules(rate_tiers=False, latency=0.150)
HALF_SECOND_PACE = Pace(tokens=500, gap_seconds=0.001)
TWO_SECOND_PACE = Pace(tokens=500, gap_seconds=0.004)
_THREAD_LENGTHS = (1, 10, 100, 1000)
_ROUNDS = 15


async def measure_answers(questions: int) -> None:
    """Added time for answers of 500 tokens, one question after the other."""
    for name, rules in (("Slack at once", OPEN_RULES), ("Slack 150 ms away", FAR_RULES)):
        for program in ("easel", "floor"):
            async with run_program(program, rules, **FAST_SETTINGS) as run:
                times = await run_steadily(
                    run, questions=questions, pace=HALF_SECOND_PACE, interval_seconds=0.85
                )
            print_row(
                f"{program}, {name}",
                f"{compute_median(times.to_request):.1f} / {compute_p95(times.to_request):.1f}",
                f"{compute_median(times.to_last_call):.1f} / {compute_p95(times.to_last_call):.1f}",
                f"{compute_median(times.to_end):.1f} / {compute_p95(times.to_end):.1f}",
            )


async def measure_calls(questions: int) -> None:
    """Slack calls for answers whose 500 tokens arrive within two seconds, five at a time."""
    async with run_program("easel", OPEN_RULES, **FAST_SETTINGS) as run:
        times = await run_steadily(
            run, questions=questions, pace=TWO_SECOND_PACE, interval_seconds=0.4
        )
    print_row(
        "easel, five answers at a time",
        f"{max(times.calls)}",
        f"{compute_median(times.to_request):.1f} / {compute_p95(times.to_request):.1f}",
        f"{compute_median(times.to_last_call):.1f} / {compute_p95(times.to_last_call):.1f}",
    )


async def measure_burst() -> None:
    """200 mentions in 200 threads at the same moment."""
    for program in ("easel", "floor"):
        async with run_program(program, OPEN_RULES, **FAST_SETTINGS) as run:
            idle = run.read_memory("VmRSS")
            seconds, _ = await run_burst(run, questions=200, pace=Pace(tokens=20))
            peak = run.read_memory("VmHWM")
        print_row(
            f"{program}, fast far ends",
            f"{200 / seconds:.0f}/s",
            f"{seconds:.2f} s",
            f"{idle:.0f}",
            f"{peak:.0f}",
        )
    slow = Pace(tokens=100, first_seconds=2.0, gap_seconds=0.010)
    for program in ("easel", "floor"):
        async with run_program(program, FAR_RULES, **FAST_SETTINGS) as run:
            idle = run.read_memory("VmRSS")
            seconds, took = await run_burst(run, questions=200, pace=slow)
            peak = run.read_memory("VmHWM")
        print_row(
            f"{program}, slow far ends",
            f"p95 {compute_p95(took):.2f} s",
            f"{seconds:.2f} s",
            f"{idle:.0f}",
            f"{peak:.0f}",
        )


async def measure_durability(questions: int) -> None:
    """Acknowledgements, each after its commit, and how many transactions a question takes."""
    async with run_program("easel", OPEN_RULES, **FAST_SETTINGS) as run:
        await run_steadily(run, questions=questions, pace=HALF_SECOND_PACE, interval_seconds=0.85)
        acks = run.list_ack_times()
        alone = await run.read_metric("easel_transactions") / questions
    commits = await asyncio.to_thread(measure_commits)
    print_row(
        "floor: a bare commit",
        f"{compute_median(commits):.1f} / {compute_p95(commits):.1f} / {max(commits):.1f}",
        1,
    )
    print_row(
        "one at a time",
        f"{compute_median(acks):.1f} / {compute_p95(acks):.1f} / {max(acks):.1f}",
        f"{alone:.2f}",
    )
    patient = Rules(rate_tiers=False, ack_seconds=60.0)
    for count in (200, 1000):
        settings = {**FAST_SETTINGS, "EASEL_BACKLOG": "5000"}
        async with run_program("easel", patient, **settings) as run:
            await run_burst(run, questions=count, pace=Pace(tokens=20))
            acks = run.list_ack_times()
            together = await run.read_metric("easel_transactions") / count
        print_row(
            f"{count} at once",
            f"{compute_median(acks):.0f} / {compute_p95(acks):.0f} / {max(acks):.0f}",
            f"{together:.2f}",
        )


async def measure_long_threads() -> None:
    """Event to model request in threads of 1 to 1,000 earlier messages."""
    roots = {length: f"17000{length:05d}.000100" for length in _THREAD_LENGTHS}

    async def fill(folder: Path) -> None:
        async with open_database(folder / "easel.db") as database:
            history = SqliteConversationStore(database)
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
                await history.save_earlier(Thread("T0EASEL", "C0GENERAL", root), said)

    async with run_program("easel", OPEN_RULES, prepare=fill, **FAST_SETTINGS) as run:
        run.model.pace = Pace(tokens=5)
        first = None
        for length, root in roots.items():
            added = [
                await _measure_request(run, length * 100 + number, root)
                for number in range(_ROUNDS)
            ]
            first = first or compute_median(added)
            print_row(
                f"{length} earlier",
                f"{compute_median(added):.1f}",
                f"{compute_median(added) / first:.2f}",
            )


async def _measure_request(run: Run, mark: int, root: str) -> float:
    asked = await run.ask(mark, root=root)

    def is_done() -> bool:
        return mark in run.model.ended_at and not run.slack.workspace.get_status(
            asked.channel, root
        )

    await run.slack.wait_until(is_done, seconds=30)
    await asyncio.sleep(0.1)
    return (run.model.requested_at[mark] - asked.sent_at) * 1000


async def measure_rate_tiers() -> None:
    """200 mentions in 200 channels under Slack's rate tiers."""
    async with run_program("easel", Rules()) as run:
        _, took = await run_burst(
            run, questions=200, pace=Pace(tokens=100, gap_seconds=0.01), channels=200
        )
        calls = run.slack.calls
        refused = sum(call.status == 429 for call in calls)
        first_sign: dict[Any, float] = {}  # a status, or text where that came even sooner
        for call in calls:
            if "thread_ts" in call.args:
                first_sign.setdefault(call.args["thread_ts"], call.started_at)
        waits = [first_sign.get(asked.root, float("inf")) - asked.sent_at for asked in run.sent]
    print_row(
        "easel, tiers on",
        f"{len(took)} of 200",
        f"{100 * refused / len(calls):.1f} % of {len(calls)} calls",
        f"{max(waits):.2f} s",
        f"{compute_p95(took):.1f} s",
    )
