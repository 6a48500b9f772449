"""Reads what processes use from /proc, which only Linux has: CPU time and memory."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def read_cpu_seconds(pid: int) -> float:
    """Read the CPU time of a process and its descendants, also of those that have ended."""
    ticks = (
        int(value) for one in list_tree(pid) for value in _read_stat(Path(f"/proc/{one}"))[11:15]
    )
    return sum(ticks) / _TICKS_PER_SECOND


def read_pss(pid: int) -> float:
    """Read the memory of a process and its descendants in MB; a shared page counts in parts."""
    pages = (Path(f"/proc/{one}/smaps_rollup").read_text() for one in list_tree(pid))
    lines = (line for page in pages for line in page.splitlines() if line.startswith("Pss:"))
    return sum(int(line.split()[1]) for line in lines) / 1024


def read_peak_rss(pid: int) -> float:
    """Read the most memory that one process has had, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def list_tree(pid: int) -> list[int]:
    """Return the ids of a process and of all its descendants."""
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            children[int(_read_stat(folder)[1])].append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
    tree = [pid]
    for one in tree:
        tree += children[one]
    return tree


def _read_stat(folder: Path) -> list[str]:
    """Read the fields of `stat` after the name of the program, which may hold anything."""
    return (folder / "stat").read_text().rpartition(")")[2].split()
