"""Measures rates, CPU time and memory of Easel and the floor between the light far ends."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.light_run import (
    COMMANDS,
    Result,
    measure_backlog,
    measure_waves,
    open_light_ends,
    prepare_program,
    start_program,
)
from bench.run import compute_median
from bench.table import print_row

HEADS = (
    "20 tokens, light far ends", "rate", "CPU ms a question", "event → ack ms, median",
    "event → request ms, median", "far ends, of a core", "idle PSS MB", "peak RSS MB",
)  # fmt: skip
KINDS = {"200 at once": [200], "600 at once": [600], "10 waves of 120": [120] * 10}
BACKLOG = 600


async def measure_bursts() -> None:
    """Measure each kind of burst with the floor and with Easel, then a backlog with Easel."""
    for kind, waves in KINDS.items():
        for program in ("floor", "easel"):
            print_result(f"{program}, {kind}", await run_waves(COMMANDS[program], waves))
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        async with open_light_ends() as ends:
            result = await measure_backlog(ends, BACKLOG, Path(folder))
    print_result(f"easel, backlog of {BACKLOG} at the start", result)


async def run_waves(command: list[str], waves: list[int]) -> Result:
    """Run a program from the start to the end of its waves, with a fresh data folder."""
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        async with open_light_ends() as ends, start_program(command, ends, Path(folder)) as pid:
            await prepare_program(ends)
            return await measure_waves(pid, ends, waves)


def print_result(name: str, result: Result) -> None:
    """Print one row. Of a backlog only the way from the start of the answers is known."""
    count = len(result.records)
    cells = ("", "", f"{result.far_cpu_seconds / result.seconds:.2f}", "")
    if not result.is_backlog:
        acks = [(record.acked_at - record.sent_at) * 1000 for record in result.records]
        requests = [(record.requested_at - record.sent_at) * 1000 for record in result.records]
        medians = (f"{compute_median(acks):.0f}", f"{compute_median(requests):.0f}")
        cells = (*medians, cells[2], f"{result.idle_pss:.0f}")
    print_row(
        name,
        f"{count / result.seconds:.0f}/s",
        f"{result.cpu_seconds / count * 1000:.1f}",
        *cells,
        f"{result.peak_rss:.0f}",
    )
