"""Runs `python -m bot run` and samples the stacks of all its threads, by the CPU time they take.

Starts at SIGUSR1. The samples go to the file that `EASEL_PROFILE` names when Easel ends: one stack
a line with its number of samples, as flame graphs take them. See `report.py` for the load.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

_INTERVAL_SECONDS = 0.001  # the kernel rounds it up to its tick, usually 4 ms


class StackSampler:
    """Counts the stack of the thread that took the most CPU time since the last sample."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, ...]] = Counter()
        self._cpu_seconds: dict[int, float] = {}

    def start(self, *_signal: object) -> None:
        """Sample from now on. The kernel counts the CPU time of the whole process."""
        # asyncio reads the numbers of signals from a pipe, which a busy loop leaves full.
        signal.set_wakeup_fd(signal.set_wakeup_fd(-1), warn_on_full_buffer=False)
        signal.setitimer(signal.ITIMER_PROF, _INTERVAL_SECONDS, _INTERVAL_SECONDS)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def sample(self, _number: int, frame: FrameType | None) -> None:
        """Count one stack; `frame` is where the main thread is."""
        frames = sys._current_frames() | {threading.get_ident(): frame}
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        shares = {ident: self._measure_share(ident) for ident in names if ident in frames}
        busiest = max(shares, key=lambda ident: shares[ident])
        # "asyncio_0", "asyncio_1": one pool is one name.
        root = names[busiest].rstrip("0123456789").rstrip("_-")
        self.counts[root, *_describe_stack(frames[busiest])] += 1

    def _measure_share(self, ident: int) -> float:
        """Return the CPU seconds of a thread since the last sample."""
        try:
            now = time.clock_gettime(time.pthread_getcpuclockid(ident))
        except OSError:
            return 0.0  # it has just ended
        before, self._cpu_seconds[ident] = self._cpu_seconds.get(ident, now), now
        return now - before


def _describe_stack(frame: FrameType | None) -> list[str]:
    names = []
    while frame is not None:
        code = frame.f_code
        module = str(frame.f_globals.get("__name__", ""))
        names.append(f"{module}:{code.co_qualname}")
        frame = frame.f_back
    return names[::-1]


def main() -> None:
    sampler = StackSampler()
    sys.argv = ["bot", "run"]
    signal.signal(signal.SIGPROF, sampler.sample)
    signal.signal(signal.SIGUSR1, sampler.start)
    try:
        runpy.run_module("bot", run_name="__main__")
    finally:
        sampler.stop()
        lines = [f"{';'.join(stack)} {count}" for stack, count in sampler.counts.items()]
        Path(os.environ["EASEL_PROFILE"]).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
