"""Starts decoders one by one and reads how long that took, and their memory."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import NamedTuple

from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.process import SandboxProcess

_MEMORY_MB = 2_048


class Start(NamedTuple):
    """Milliseconds until it ran, those of processor time, its megabytes, and those it shares with
    no other process."""

    wall_ms: float
    busy_ms: float
    size_mb: float
    own_mb: float


def measure_start(server: ForkServer | None) -> Start:
    """Start a decoder, up to its first file, as a fork or as a program."""
    process = SandboxProcess(_MEMORY_MB, server=server)
    began = time.perf_counter()
    process.start()
    wall_ms = 1_000 * (time.perf_counter() - began)
    status = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    found = Start(
        wall_ms,
        10.0 * sum(map(int, status[11:13])),
        read_megabytes(process.pid, "VmRSS"),
        _read_own_megabytes(process.pid),
    )
    process.kill()
    return found


def read_megabytes(pid: int, name: str) -> float:
    """Return a size of a process as /proc tells it."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1_024 for line in lines if line.startswith(name))


def _read_own_megabytes(pid: int) -> float:
    """Return what it shares with no other process; 0 where the system does not tell."""
    lines = list[str]()
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1_024
