"""Measures how soon a decoder runs and how large it is: `python -m bench.decoder_start`.

Decoders are started as the service does it: as forks of a server that starts with the first one,
and loads what reads files while it waits. “As a program” is how they start where the system refuses
forks.
"""

from __future__ import annotations

import statistics
import sys
import time

from bench.decoder_start.measure import Start, measure_start, read_megabytes
from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.process import START_SECONDS
from bot.files.sandbox.tasks import TASKS

_RUNS, _SETTLE_SECONDS = 9, 2.0


def main() -> int:
    """Print the times in milliseconds and the sizes in megabytes."""
    server = ForkServer(START_SECONDS)
    _print("the first, with its server", [measure_start(server)])
    time.sleep(_SETTLE_SECONDS)
    _print("the next ones", [measure_start(server) for _ in range(_RUNS)])
    _print("as a program", [measure_start(None) for _ in range(_RUNS)])
    print(f"the server: {read_megabytes(server.pid, 'VmRSS'):.0f} MB; {len(TASKS)} tasks")
    server.close()
    return 0


def _print(name: str, starts: list[Start]) -> None:
    values = zip(*starts, strict=True)
    wall, busy, size, own = (statistics.median(column) for column in values)
    print(
        f"{name}: runs after {wall:.0f} ms, {busy:.0f} ms of processor time,"
        f" {size:.0f} MB of which {own:.0f} MB its own"
    )


if __name__ == "__main__":
    sys.exit(main())
