"""Measures drawing dependency graphs in a decoder: seconds, and the decoder's memory."""

from __future__ import annotations

import time
from pathlib import Path

from bench.run import compute_median
from bench.table import print_row
from bot.files.graph_drawer import GraphDrawer
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.graphs.wishes import GraphPart, GraphWish
from tests.support.graphs import build_lock

HEADS = ("package-lock.json", "seconds, median / longest", "decoder's memory MB", "PNG kB")
_ROUNDS = 5
_SIZES = ((40, 70), (120, 280), (280, 700), (1_800, 6_000), (6_000, 25_000))


async def measure_graphs() -> None:
    """Measure reading, analysing and drawing locks of several sizes, and a part of a large one."""
    for nodes, edges in _SIZES:
        await _measure(
            f"{nodes:,} packages, {edges:,} edges", build_lock(nodes, edges), GraphWish()
        )
    lock = build_lock(1_800, 6_000)
    wish = GraphWish(GraphPart.PATHS_TO, "lodash-1000")
    await _measure("1,800 packages, why one is there", lock, wish)


async def _measure(label: str, lock: bytes, wish: GraphWish) -> None:
    times, memory, size = list[float](), 0, 0
    for number in range(_ROUNDS):
        async with Sandbox() as sandbox:
            owner = TaskOwner("U0ALEX", f"round {number}")
            started = time.perf_counter()
            files = [("package-lock.json", lock)]
            drawn = await GraphDrawer(sandbox).draw(files, wish, owner, language="en")
            times.append(time.perf_counter() - started)
            memory = max([memory, *(_read_peak_mb(one.pid) for one in sandbox.pool.idle_processes)])
            size = max(
                (len(one.data) for one in drawn.files if one.name.endswith("png")), default=0
            )
    median, longest = compute_median(times), max(times)
    print_row(label, f"{median:.1f} / {longest:.1f}", memory, size // 1024)


def _read_peak_mb(pid: int) -> int:
    """Return the most memory that a process has had; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
