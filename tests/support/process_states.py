"""Reads from Linux's /proc whether processes still run, and whose children they are."""

from __future__ import annotations

from pathlib import Path


def is_running(pid: int) -> bool:
    """Whether a process has not ended; one that has, and that no one has waited for, does not."""
    return read_state(pid) not in "ZX"


def read_state(pid: int) -> str:
    """Return the letter of its state, X where it is gone."""
    try:
        return _read_stat(pid)[0]
    except OSError:
        return "X"


def read_parent(pid: int) -> int:
    return int(_read_stat(pid)[1])


def _read_stat(pid: int) -> list[str]:
    """Return the fields after the name of the program, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
