"""Measures what Easel adds to an answer, compared with the floor: time, calls, memory, commits."""

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
from storage.conversations import SqlConversationStore
from storage.engine.sqlite import open_database

# The rate tiers are off except in the last measurement, so Easel's own limit is raised.
FAST_SETTINGS = {"EASEL_SLACK_RATE": "1000"}
OPEN_RULES = Rules(rate_tiers=False)
FAR_RULES = Rules(rate_tiers=False, latency=0.150)
HALF_SECOND_PACE = Pace(tokens=500, gap_seconds=0.001)
TWO_SECOND_PACE = Pace(tokens=500, gap_seconds=0.004)
_THREAD_LENGTHS = (1, 10, 100, 1000)
_ROUNDS = 15


async def measure_answers(questions: int) -> None:
    """Measure the added time for answers of 500 tokens, one question after the other."""
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
    """Count Slack calls for answers of 500 tokens in two seconds, five answers at a time."""
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


async def measure_slow_burst() -> None:
    """Measure 200 mentions in 200 threads at the same moment, with slow far ends."""
    slow = Pace(tokens=100, first_seconds=2.0, gap_seconds=0.010)
    for program in ("easel", "floor"):
        async with run_program(program, FAR_RULES, **FAST_SETTINGS) as run:
            seconds, durations = await run_burst(run, questions=200, pace=slow)
            peak = run.read_memory("VmHWM")
        print_row(program, f"{compute_p95(durations):.2f} s", f"{seconds:.2f} s", f"{peak:.0f}")


async def measure_durability(questions: int) -> None:
    """Measure acknowledgements, each after its commit, and the transactions per question."""
    async with run_program("easel", OPEN_RULES, **FAST_SETTINGS) as run:
        # The start notes the model's price.
        before = await run.read_metric("easel_transactions")
        await run_steadily(run, questions=questions, pace=HALF_SECOND_PACE, interval_seconds=0.85)
        acks = run.list_ack_times()
        transactions = (await run.read_metric("easel_transactions") - before) / questions
    commits = await asyncio.to_thread(measure_commits)
    print_row(
        "floor: a bare commit",
        f"{compute_median(commits):.1f} / {compute_p95(commits):.1f} / {max(commits):.1f}",
        1,
    )
    print_row(
        "one at a time",
        f"{compute_median(acks):.1f} / {compute_p95(acks):.1f} / {max(acks):.1f}",
        f"{transactions:.2f}",
    )
    patient = Rules(rate_tiers=False, ack_seconds=60.0)
    for count in (200, 1000):
        settings = {**FAST_SETTINGS, "EASEL_BACKLOG": "5000"}
        async with run_program("easel", patient, **settings) as run:
            await run_burst(run, questions=count, pace=Pace(tokens=20))
            acks = run.list_ack_times()
            transactions = await run.read_metric("easel_transactions") / count
        print_row(
            f"{count} at once",
            f"{compute_median(acks):.0f} / {compute_p95(acks):.0f} / {max(acks):.0f}",
            f"{transactions:.2f}",
        )


async def measure_long_threads() -> None:
    """Measure event to model request in threads of 1 to 1,000 earlier messages."""
    roots = {length: f"17000{length:05d}.000100" for length in _THREAD_LENGTHS}

    async def fill(folder: Path) -> None:
        async with open_database(folder / "easel.db") as database:
            history = SqlConversationStore(database)
            for length, root in roots.items():
                turns = [
                    Turn(
                        Speaker.EASEL if number % 2 else Speaker.PERSON,
                        f"17000{length:05d}.{number + 101:06d}",
                        f"message {number} of a thread about many things and some more words",
                        "U0ALEX",
                    )
                    for number in range(length)
                ]
                await history.save_earlier(Thread("T0EASEL", "C0GENERAL", root), turns)

    async with run_program("easel", OPEN_RULES, prepare=fill, **FAST_SETTINGS) as run:
        run.model.pace = Pace(tokens=5)
        first_median = None
        for length, root in roots.items():
            times_ms = [
                await _measure_request(run, length * 100 + number, root)
                for number in range(_ROUNDS)
            ]
            first_median = first_median or compute_median(times_ms)
            print_row(
                f"{length} earlier",
                f"{compute_median(times_ms):.1f}",
                f"{compute_median(times_ms) / first_median:.2f}",
            )


async def _measure_request(run: Run, mark: int, root: str) -> float:
    question = await run.ask(mark, root=root)

    def is_done() -> bool:
        return mark in run.model.ended_at and not run.slack.workspace.get_status(
            question.channel, root
        )

    await run.slack.wait_until(is_done, seconds=30)
    await asyncio.sleep(0.1)
    return (run.model.requested_at[mark] - question.sent_at) * 1000


async def measure_rate_tiers() -> None:
    """Measure 200 mentions in 200 channels under Slack's rate tiers."""
    async with run_program("easel", Rules()) as run:
        _, durations = await run_burst(
            run, questions=200, pace=Pace(tokens=100, gap_seconds=0.01), channels=200
        )
        calls = run.slack.calls
        refused = sum(call.status == 429 for call in calls)
        first_sign: dict[Any, float] = {}  # by root: the first status or text
        for call in calls:
            if "thread_ts" in call.args:
                first_sign.setdefault(call.args["thread_ts"], call.started_at)
        waits = [
            first_sign.get(question.root, float("inf")) - question.sent_at for question in run.sent
        ]
    print_row(
        "easel, tiers on",
        f"{len(durations)} of 200",
        f"{100 * refused / len(calls):.1f} % of {len(calls)} calls",
        f"{max(waits):.2f} s",
        f"{compute_p95(durations):.1f} s",
    )
