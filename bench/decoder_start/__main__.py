"""Measures how soon a decoder runs and how large it is: `python -m bench.decoder_start`.

A decoder is started as the service does it. “Says that it runs” is when its first answer comes;
what it loads while it waits for its first task is in the second size.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from bot.files.sandbox.process import SandboxProcess
from bot.files.sandbox.tasks import TASKS

_RUNS, _SETTLE_SECONDS, _MEMORY_MB = 5, 1.0, 2_000


def main() -> int:
    """Print the times in milliseconds and the sizes in megabytes."""
    times, sizes = list[float](), list[float]()
    for _ in range(_RUNS):
        process = SandboxProcess(_MEMORY_MB)
        began = time.perf_counter()
        process.start()
        times.append(1_000 * (time.perf_counter() - began))
        sizes.append(_read_megabytes(process.pid))
        time.sleep(_SETTLE_SECONDS)
        later = _read_megabytes(process.pid)
        process.kill()
        print(f"runs after {times[-1]:.0f} ms with {sizes[-1]:.0f} MB; waits with {later:.0f} MB")
    time_ms, size_mb = statistics.median(times), statistics.median(sizes)
    print(f"median {time_ms:.0f} ms, {size_mb:.0f} MB; {len(TASKS)} tasks")
    return 0


def _read_megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1_024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    sys.exit(main())
