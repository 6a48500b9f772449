"""Prints what Easel sends to the model and what it costs.

See `threads.py`, `planning.py` and `pictures.py` for the measurements.
"""

from __future__ import annotations

from bench.pictures import measure_pictures
from bench.planning import measure_planning
from bench.rhythms import LENGTHS, compare_rhythms
from bench.table import print_row
from bench.threads import compare_scenarios


async def print_thread_costs() -> None:
    """Print the costs of threads of fifty questions, compared with resending everything."""
    for name, selected, everything in await compare_scenarios():
        print_row(
            name,
            f"{selected.tokens:,} of {everything.tokens:,}",
            f"{selected.tokens / everything.tokens:.1%}",
            f"${selected.cost:.2f} of ${everything.cost:.2f}",
            f"{selected.cost / everything.cost:.1%}",
            f"{selected.found} of {selected.checked}",
        )


async def print_rhythm_costs() -> None:
    """Print the share of the cost of resending everything, and how many summaries were made."""
    async for result in compare_rhythms():
        cells = [
            f"{result.shares[length]:.1%} ({result.summaries[length]})"
            if length in result.shares
            else ""
            for length in LENGTHS
        ]
        print_row(
            f"{result.thread}, {result.rhythm}",
            *cells,
            f"{result.highest_share:.1%}",
            f"{result.later_share:.1%}" if result.later_share else "",
            f"{result.found} of {result.checked}",
        )


async def print_planning_times() -> None:
    """Print how long it takes to decide what to send of a long thread."""
    for count, characters in ((1, 200), (1_000, 200), (1_000, 1_800)):
        tokens, plan, read = await measure_planning(count, characters)
        print_row(f"{count:,} messages, {tokens:,} tokens", f"{plan:.2f}", f"{read:.2f}")


async def print_picture_costs() -> None:
    """Print the costs of receiving a picture of 10 MB in one line of a stream."""
    for name, memory, stall, duration in await measure_pictures():
        print_row(name, f"{memory:.1f}", f"{stall:.1f}", f"{duration:.0f}")
