"""Runs in a sandbox process: reads untrusted files with little memory and without privileges.

Started by `process.py`. The process has no secrets in its environment, no network if the system
lets it drop that, may write no file, and ends when its parent ends.
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

from bot.files.sandbox.pipe import Header, Message, PipeError, receive, send
from bot.files.sandbox.tasks import TASKS
from bot.files.unreadable import UnreadableError, build_unreadable_error, serialize_error

_MB = 1024 * 1024
# From the Linux headers sched.h and prctl.h.
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve tasks over a socket. Arguments: its file descriptor, and the memory limit in MB."""
    sock = socket.socket(fileno=int(sys.argv[1]))
    _drop_privileges(int(sys.argv[2]))
    # Warnings of libraries about hostile files are of no use.
    warnings.simplefilter("ignore")
    with contextlib.suppress(PipeError, OSError):
        # The libraries are loaded, so that what ends this process from here on is a file.
        send(sock, {"ready": True}, [])
        module_count = 0
        while True:
            request, blobs = receive(sock)
            header, result_blobs = _run_task(request, blobs)
            del blobs
            gc.collect()
            if len(sys.modules) != module_count:
                # Objects of imported libraries stay: the collector would need more time to look
                # through them after each file than most files take.
                module_count = len(sys.modules)
                gc.freeze()
            send(sock, {**header, "rss": _read_resident_mb()}, result_blobs)


def _run_task(header: Header, blobs: list[bytes]) -> Message:
    name = str(header.get("name", ""))
    try:
        return TASKS[header["task"]](header, blobs)
    except UnreadableError as error:
        return serialize_error(error), []
    except MemoryError:
        return serialize_error(build_unreadable_error(name, "too heavy")), []
    except Exception as error:  # noqa: BLE001 - parsers raise anything on a hostile file
        damaged = build_unreadable_error(name, "damaged", detail=type(error).__name__)
        return serialize_error(damaged), []


def _drop_privileges(memory_mb: int) -> None:
    # These signals are meant for the service, which ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform != "linux":
        return
    import resource

    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # This may fail for lack of rights, which is acceptable: nothing here opens a connection.
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    limits = {
        resource.RLIMIT_AS: memory_mb * _MB,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    # A write then raises an error instead of ending the process.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for limit, value in limits.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def _read_resident_mb() -> int:
    """Return the resident memory in megabytes; 0 if the system does not report it."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // _MB


if __name__ == "__main__":
    main()
