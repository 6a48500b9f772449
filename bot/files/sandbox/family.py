"""Kills a process with everything that it has started, where the kernel lets it start any.

Looks for them in `/proc`; without one, only the processes of the group are found.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

# After the positions of `/proc/<pid>/stat` in proc_pid_stat(5), counted from behind the name.
_PARENT, _GROUP, _SESSION, _STARTED = 1, 2, 3, 19
_MAX_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class _Row:
    """What the system says of a process. `started_at`, in ticks, tells it from one that has got its
    id after it."""

    parent: int
    group: int
    session: int
    started_at: int


def kill_family(pid: int) -> None:
    """Kill a child that was not waited for yet, its group, its session and its descendants.

    The child itself is killed last: as long as it lives, those that left its session stay its
    descendants.
    """
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGSTOP)
    _kill_relatives(pid)
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def kill_left_family(pid: int) -> None:
    """Kill what a process has left behind that has ended and whose id is free: its group, its
    session and their descendants.

    As long as any of them lives, no other process gets the id. If one has it, none of them does.
    """
    if _read_row(pid) is None:
        _kill_relatives(pid)


def _kill_relatives(pid: int) -> None:
    for _ in range(_MAX_ROUNDS):
        # A relative may have started another since it was looked for.
        try:
            relatives = _list_relatives(pid)
        except OSError:
            break  # without descriptors no one is found there: the group is left
        for relative, row in relatives.items():
            _kill_process(relative, row)
        if not relatives:
            break


def _kill_process(pid: int, row: _Row) -> None:
    """Kill the process that `row` tells of, and none that has got its id since."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    except (AttributeError, OSError):
        # The system or a shortage allows no such handle: better by its number than not at all.
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
        return
    try:
        now = _read_row(pid)
        if now is not None and now.started_at == row.started_at:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
    finally:
        os.close(handle)


def _list_relatives(pid: int) -> dict[int, _Row]:
    """Return the living processes of the family but `pid` itself."""
    rows = dict[int, _Row]()
    for folder in Path("/proc").glob("[0-9]*"):
        if (row := _read_row(int(folder.name))) is not None:
            rows[int(folder.name)] = row
    found = {other for other, row in rows.items() if pid in (row.group, row.session)}
    found |= _list_descendants(rows, found | {pid})
    return {other: rows[other] for other in found - {pid}}


def _list_descendants(rows: dict[int, _Row], ancestors: Collection[int]) -> set[int]:
    found = set(ancestors)
    while True:
        more = {other for other, row in rows.items() if row.parent in found} - found
        if not more:
            return found & rows.keys()
        found |= more


def _read_row(pid: int) -> _Row | None:
    """Return the row of a living process, None where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        if fields[0] in ("Z", "X"):
            return None
        return _Row(*(int(fields[index]) for index in (_PARENT, _GROUP, _SESSION, _STARTED)))
    except (OSError, ValueError, IndexError):
        return None
