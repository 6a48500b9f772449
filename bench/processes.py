"""Reads what processes use from /proc, which only Linux has: CPU time and memory."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def read_cpu_seconds(pid: int) -> float:
    """Read the CPU time of a process and its descendants, also of those that have ended."""
    stats = (_read_stat(one) for one in list_tree(pid))
    return sum(int(ticks) for stat in stats for ticks in stat[11:15]) / _TICKS_PER_SECOND


def read_pss(pid: int) -> float:
    """Read the memory of a process and its descendants in MB; a shared page counts in parts."""
    return _sum_pss(list_tree(pid))


def read_children_pss(pid: int) -> float:
    """Read the memory of the descendants of a process in MB, as `read_pss` does."""
    return _sum_pss(list_tree(pid)[1:])


def _sum_pss(pids: Sequence[int]) -> float:
    pages = (_read(one, "smaps_rollup") for one in pids)
    lines = (line for page in pages for line in page.splitlines() if line.startswith("Pss:"))
    return sum(int(line.split()[1]) for line in lines) / 1024


def count_open_files(pid: int) -> int:
    """Count the file descriptors of one process."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def read_rss(pid: int) -> float:
    """Read the memory of one process in MB."""
    return _read_status(pid, "VmRSS")


def read_peak_rss(pid: int) -> float:
    """Read the most memory that one process has had, in MB."""
    return _read_status(pid, "VmHWM")


def list_tree(pid: int) -> list[int]:
    """Return the ids of a process and of all its descendants."""
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        stat = _read_stat(int(folder.name))
        if stat:
            children[int(stat[1])].append(int(folder.name))
    tree = [pid]
    for one in tree:
        tree += children[one]
    return tree


def _read_stat(pid: int) -> list[str]:
    """Read the fields of `stat` after the name of the program, which may hold anything."""
    return _read(pid, "stat").rpartition(")")[2].split()


def _read_status(pid: int, name: str) -> float:
    [line] = [line for line in _read(pid, "status").splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1]) / 1024


def _read(pid: int, name: str) -> str:
    """Read a file of a process, "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
