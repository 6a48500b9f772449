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

import structlog

from bench import answers, files, sending
from bench.table import head


@dataclass(frozen=True, slots=True)
class Part:
    """One measurement: the heads of its table, and what fills it; it is told how many questions."""

    heads: tuple[str, ...]
    fill: Callable[[int], Awaitable[None]]


TIMES = ("event → request ms", "last byte → last call ms")
PARTS = {
    "answers": Part(("500 tokens, median / p95", *TIMES, "→ its end ms"), answers.answers),
    "calls": Part(
        ("500 tokens in two seconds", "Slack calls, most", *TIMES),
        lambda questions: answers.calls(max(questions // 2, 10)),
    ),
    "burst": Part(
        ("200 mentions at once", "rate or p95", "all after", "idle MB", "peak MB"),
        lambda _: answers.at_once(),
    ),
    "durable": Part(
        ("durability", "acknowledged after ms, median / p95 / last", "transactions a question"),
        lambda questions: answers.durable(max(questions // 2, 10)),
    ),
    "threads": Part(
        ("earlier messages", "event → request ms (median)", "against the shortest"),
        lambda _: answers.long_threads(),
    ),
    "tiers": Part(
        ("200 channels, tiers on", "answered", "429s", "longest wait for a sign", "p95"),
        lambda _: answers.with_tiers(),
    ),
    "costs": Part(
        ("50 questions, against resending everything", "tokens sent", "share", "cost", "share",
         "named facts sent"),
        lambda _: sending.cost_of_threads(),
    ),
    "planning": Part(
        ("thread", "planned in ms", "read from the store in ms"),
        lambda _: sending.what_is_sent(),
    ),
    "pictures": Part(
        ("picture of 10 MB", "memory, in its sizes", "longest stall ms", "whole time ms"),
        lambda _: sending.large_pictures(),
    ),
    "files": Part(
        ("files", "easel ms", "shortest script ms", "ratio"), lambda _: files.files()
    ),
}  # fmt: skip


async def main(names: list[str], questions: int) -> None:
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()},")
    print(f"{time.strftime('%Y-%m-%d')}, {questions} questions a row\n")
    for name, part in PARTS.items():
        if name in names:
            head(*part.heads)
            await part.fill(questions)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=" ".join(PARTS))
    parser.add_argument("--questions", type=int, default=100)
    options = parser.parse_args()
    # A line a question would hide the table.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sys.exit(asyncio.run(main(options.parts or list(PARTS), options.questions)))
