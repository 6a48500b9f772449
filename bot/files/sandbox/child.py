"""The decoder's process: reads what nobody trusts, with little memory and nothing to lose.

Started by `process.py`. It has no secrets in its environment, no network where the system lets it
give that up, may write no file, and ends when its parent does.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import socket
import sys
import warnings
from pathlib import Path
from typing import Any

from bot.files.sandbox.pipe import PipeError, receive, send
from bot.files.sandbox.tasks import TASKS
from bot.files.unreadable import UnreadableError, build_unreadable_error
from bot.files.unreadable import serialize_error as told_of

_MB = 1024 * 1024
# Of the Linux headers sched.h and prctl.h.
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve tasks over the socket whose number is the first argument; the second is megabytes."""
    sock = socket.socket(fileno=int(sys.argv[1]))
    _drop_privileges(int(sys.argv[2]))
    # What a library thinks of a hostile file helps nobody.
    warnings.simplefilter("ignore")
    with contextlib.suppress(PipeError, OSError):
        known = 0
        while True:
            told, blobs = receive(sock)
            header, given = _run_task(told, blobs)
            del blobs
            gc.collect()
            if len(sys.modules) != known:
                # What libraries brought stays: looking through it after each file takes longer
                # than most files.
                known = len(sys.modules)
                gc.freeze()
            send(sock, {**header, "rss": _read_resident_mb()}, given)


def _run_task(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    name = str(header.get("name", ""))
    try:
        return TASKS[header["task"]](header, blobs)
    except UnreadableError as error:
        return told_of(error), []
    except MemoryError:
        return told_of(build_unreadable_error(name, "too heavy")), []
    except Exception as error:  # noqa: BLE001 - parsers raise whatever a file makes them raise
        return told_of(build_unreadable_error(name, "damaged", detail=type(error).__name__)), []


def _drop_privileges(memory_mb: int) -> None:
    # Both are for the service, which ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform != "linux":
        return
    import resource

    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # Without rights for it this fails, and nothing is lost: nothing here opens a connection.
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    limits = {
        resource.RLIMIT_AS: memory_mb * _MB,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write is an error, not an end
    for limit, value in limits.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def _read_resident_mb() -> int:
    """Megabytes in memory; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // _MB


if __name__ == "__main__":
    main()
