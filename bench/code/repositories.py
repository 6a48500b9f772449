"""Measures reading the code of a repository in a process that is confined like a decoder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.run import compute_median
from bench.table import print_row
from bot.files.sandbox.sandbox import MEMORY_MB
from tests.support.code_files import write_repository

HEADS = ("repository in a ZIP", "seconds, median / longest", "peak memory MB", "modules, imports")
_ROUNDS = 3
_SIZES = ((1_000, 20), (5_000, 20), (5_000, 60))
# The ZIP is there before the process is confined, as a decoder gets it through a pipe.
_CODE = f"""
import resource, sys, time
data = sys.stdin.buffer.read()
from bot.files.sandbox.confinement import limit_process
limit_process({MEMORY_MB}, 120)
started = time.perf_counter()
from bot.graphs.code.repository import read_repository
graph = read_repository("app.zip", data)
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(seconds, peak, len(graph.nodes), len(graph.edges), len(graph.notes))
"""


async def measure_repositories() -> None:
    """Measure repositories of several sizes, in five languages at once."""
    for files, functions in _SIZES:
        data, edges = write_repository(1, files, functions)
        times, peak, shown = list[float](), 0, ""
        for _ in range(_ROUNDS):
            ran = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
                [sys.executable, "-c", _CODE],
                input=data,
                capture_output=True,
                check=True,
                cwd=Path(__file__).parents[2],
            )
            seconds, memory, nodes, found, notes = ran.stdout.decode().split()
            assert (int(found), notes) == (len(edges), "0")
            times.append(float(seconds))
            peak, shown = max(peak, int(memory)), f"{int(nodes):,}, {int(found):,}"
        label = f"{files:,} files, {len(data) // 1_000:,} kB"
        print_row(label, f"{compute_median(times):.1f} / {max(times):.1f}", peak, shown)
