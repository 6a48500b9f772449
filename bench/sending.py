"""What is sent and what it costs: rows of the table; what is measured stands beside."""

from __future__ import annotations

from bench.planning import measure_pictures, measure_planning
from bench.table import print_row
from bench.threads import compare


async def print_thread_costs() -> None:
    """Threads of fifty questions as Easel sends them, against resending everything."""
    for name, thrifty, everything in await compare():
        print_row(
            name,
            f"{thrifty.tokens:,} of {everything.tokens:,}",
            f"{thrifty.tokens / everything.tokens:.1%}",
            f"${thrifty.cost:.2f} of ${everything.cost:.2f}",
            f"{thrifty.cost / everything.cost:.1%}",
            f"{thrifty.found} of {thrifty.checked}",
        )


async def print_planning_times() -> None:
    """Deciding what is sent of a long thread."""
    for count, characters in ((1, 200), (1_000, 200), (1_000, 1_800)):
        tokens, plan, read = await measure_planning(count, characters)
        print_row(f"{count:,} messages, {tokens:,} tokens", f"{plan:.2f}", f"{read:.2f}")


async def print_picture_costs() -> None:
    """A picture of 10 MB in one line of a stream."""
    for name, memory, stall, took in await measure_pictures():
        print_row(name, f"{memory:.1f}", f"{stall:.1f}", f"{took:.0f}")
