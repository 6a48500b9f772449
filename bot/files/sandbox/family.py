"""Kills a process with everything that it has started, where the kernel lets it start any.

Looks for them in `/proc`; without one, only the processes of the group are found.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

# After the positions of `/proc/<pid>/stat` in proc_pid_stat(5), counted from behind the name.
_PARENT, _GROUP, _SESSION = 1, 2, 3
_MAX_ROUNDS = 100


def kill_family(pid: int) -> None:
    """Kill a child that was not waited for yet, its group, its session and its descendants.

    The child itself is killed last: as long as it lives, those that left its session stay its
    descendants.
    """
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGSTOP)
    for _ in range(_MAX_ROUNDS):
        # A relative may have started another since it was looked for.
        try:
            relatives = _list_relatives(pid)
        except OSError:
            break  # without descriptors no one is found there: the group is left
        for relative in relatives:
            with contextlib.suppress(OSError):
                os.kill(relative, signal.SIGKILL)
        if not relatives:
            break
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _list_relatives(pid: int) -> set[int]:
    """Return the living processes of the family but `pid` itself."""
    rows = dict[int, tuple[int, int, int]]()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if fields[0] not in ("Z", "X"):
                parent, group, session = (int(fields[i]) for i in (_PARENT, _GROUP, _SESSION))
                rows[int(folder.name)] = (parent, group, session)
    found = {other for other, (_, group, session) in rows.items() if pid in (group, session)}
    found.add(pid)
    while True:
        more = {other for other, (parent, _, _) in rows.items() if parent in found} - found
        if not more:
            return found - {pid}
        found |= more
