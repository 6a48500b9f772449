"""Shows where Easel's CPU time goes during a burst: its functions, those of every thread."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections import Counter
from pathlib import Path

from bench.light_run import Result, measure_waves, open_light_ends, prepare_program, start_program
from bench.table import print_head, print_row

_SHOWN = 30
_OUR_PACKAGES = ("bot.", "handlers.", "storage.")
Stacks = dict[tuple[str, ...], int]


def print_profile(waves: list[int], file: Path) -> None:
    """Run Easel under `sampler.py`, store the samples in `file`, and print the table."""
    file = file.resolve()
    result = asyncio.run(_run_waves(waves, file))
    milliseconds = result.cpu_seconds / len(result.records) * 1000
    print_functions(read_stacks(file.read_text()), milliseconds)


async def _run_waves(waves: list[int], file: Path) -> Result:
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        async with (
            open_light_ends() as ends,
            start_program(
                ["-m", "bench.profiling.sampler"], ends, Path(folder), EASEL_PROFILE=str(file)
            ) as pid,
        ):
            await prepare_program(ends)
            os.kill(pid, signal.SIGUSR1)
            return await measure_waves(pid, ends, waves)


def read_stacks(text: str) -> Stacks:
    """Read stacks of functions, outermost first, with their numbers of samples."""
    lines = (line.rpartition(" ") for line in text.splitlines())
    return {tuple(stack.split(";")): int(count) for stack, _, count in lines}


def print_functions(stacks: Stacks, milliseconds: float) -> None:
    """Print threads and functions with their shares of the `milliseconds` that a question takes."""
    threads: Counter[str] = Counter()
    for (thread, *_), count in stacks.items():
        threads[thread] += count
    own, within = count_functions(stacks)
    per_sample = milliseconds / threads.total()
    print_head("thread", "CPU ms a question")
    for name, samples in threads.most_common():
        print_row(name, f"{samples * per_sample:.2f}")
    ours = Counter({name: within[name] for name in within if name.startswith(_OUR_PACKAGES)})
    for title, ranking in (("function", own), ("function of Easel, with callees", ours)):
        print_head(title, "CPU ms a question", "with callees")
        for name, _ in ranking.most_common(_SHOWN):
            print_row(name, f"{own[name] * per_sample:.2f}", f"{within[name] * per_sample:.2f}")


def count_functions(stacks: Stacks) -> tuple[Counter[str], Counter[str]]:
    """Count the samples of each function: in itself, and with what it calls."""
    own: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for (_thread, *functions), count in stacks.items():
        own[functions[-1]] += count
        within.update(dict.fromkeys(functions, count))
    return own, within
