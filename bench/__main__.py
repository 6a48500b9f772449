"""`make bench`: runs every measurement and prints the table of docs/performance.md."""

from __future__ import annotations

import argparse
import asyncio
import logging
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from bench import answers, burst, files, ledger, sending
from bench.browser import page
from bench.charts import measure as charts
from bench.code import repositories
from bench.details import measure as details
from bench.edits import measure as edits
from bench.graphs import measure as graphs
from bench.masks import measure as masks
from bench.ordinary import measure as ordinary
from bench.profiling import report
from bench.replicas import measure as replicas
from bench.replicas import stored_turns
from bench.rhythms import LENGTHS
from bench.table import print_head


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement: the heads of its table, and a function that fills it with some questions."""

    heads: tuple[str, ...]
    fill: Callable[[int], Awaitable[None]]


async def measure_all_files() -> None:
    """Measure pictures against the shortest script, then ordinary files of every kind."""
    await files.measure_files()
    print_head(*ordinary.HEADS)
    await ordinary.measure_ordinary()


TIME_HEADS = ("event → request ms", "last byte → last call ms")
MEASUREMENTS = {
    "answers": Measurement(
        ("500 tokens, median / p95", *TIME_HEADS, "→ its end ms"), answers.measure_answers
    ),
    "calls": Measurement(
        ("500 tokens in two seconds", "Slack calls, most", *TIME_HEADS),
        lambda questions: answers.measure_calls(max(questions // 2, 10)),
    ),
    "burst": Measurement(burst.HEADS, lambda _: burst.measure_bursts()),
    "slow": Measurement(
        ("200 at once, Slack 150 ms away, 2 s to the first of 100 tokens", "p95", "all after",
         "peak RSS MB"),
        lambda _: answers.measure_slow_burst(),
    ),
    "durable": Measurement(
        ("durability", "acknowledged after ms, median / p95 / last", "transactions a question"),
        lambda questions: answers.measure_durability(max(questions // 2, 10)),
    ),
    "replicas": Measurement(replicas.HEADS, lambda _: replicas.measure_replicas()),
    "replicas-at-work": Measurement(
        replicas.THROUGHPUT_HEADS, lambda _: replicas.measure_throughput()
    ),
    "stored-turns": Measurement(
        stored_turns.HEADS, lambda _: stored_turns.measure_stored_turns()
    ),
    "threads": Measurement(
        ("earlier messages", "event → request ms (median)", "against the shortest"),
        lambda _: answers.measure_long_threads(),
    ),
    "tiers": Measurement(
        ("200 channels, tiers on", "answered", "429s", "longest wait for a sign", "p95"),
        lambda _: answers.measure_rate_tiers(),
    ),
    "costs": Measurement(
        ("50 questions, against resending everything", "tokens sent", "share", "cost", "share",
         "named facts sent"),
        lambda _: sending.print_thread_costs(),
    ),
    "rhythms": Measurement(
        ("threads, pauses", *(f"{length} questions" for length in LENGTHS), "highest at any length",
         "once the first fold has paid",         "named facts sent"),
        lambda _: sending.print_rhythm_costs(),
    ),
    "planning": Measurement(
        ("thread", "planned in ms", "read from the store in ms"),
        lambda _: sending.print_planning_times(),
    ),
    "ledger": Measurement(
        ("requests this month", "a question's money, no budgets, ms", "ratio", "three budgets, ms",
         "ratio", "totals checked at the start in s"),
        lambda questions: ledger.measure_ledgers(max(questions * 3, 30)),
    ),
    "repositories": Measurement(
        repositories.HEADS, lambda _: repositories.measure_repositories()
    ),
    "pictures": Measurement(
        ("picture of 10 MB", "memory, in its sizes", "longest stall ms", "whole time ms"),
        lambda _: sending.print_picture_costs(),
    ),
    "edits": Measurement(edits.HEADS, lambda _: edits.measure_edits()),
    "files": Measurement(
        ("files", "easel ms", "shortest script ms", "ratio"), lambda _: measure_all_files()
    ),
    "graphs": Measurement(graphs.HEADS, lambda _: graphs.measure_graphs()),
    "page": Measurement(page.HEADS, lambda _: page.measure_page()),
    "charts": Measurement(charts.HEADS, lambda _: charts.measure_charts()),
    "details": Measurement(details.HEADS, lambda _: details.measure_details()),
    "masks": Measurement(masks.HEADS, lambda _: masks.measure_masks()),
}  # fmt: skip


async def main(names: list[str], questions: int) -> None:
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()},")
    print(f"{time.strftime('%Y-%m-%d')}, {questions} questions a row\n")
    for name, part in MEASUREMENTS.items():
        if name in names:
            print_head(*part.heads)
            await part.fill(questions)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=" ".join(MEASUREMENTS))
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument(
        "--profile", type=Path, metavar="FILE",
        help="run only a burst of --questions, store the stacks of Easel's CPU time in FILE",
    )  # fmt: skip
    options = parser.parse_args()
    # One log line per question would hide the table.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if options.profile:
        report.print_profile([options.questions], options.profile)
        sys.exit()
    sys.exit(asyncio.run(main(options.parts or list(MEASUREMENTS), options.questions)))
