"""`python -m tests.chaos.measured` is `python -m bot` that also tells how much memory it uses.

From outside only resident memory can be seen. What a burst took and gave back to an allocator stays
resident, in holes between what is used: that is bounded by the largest burst, and no leak.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import gc
import os
import socketserver
import sys
import threading
from pathlib import Path

from bot.cli.main import main

PORT_FILE_VARIABLE = "MEASURED_PORT_FILE"  # where it writes at which port it tells
# Python's allocator has the objects up to 512 bytes, malloc all others. Small ones take this on
# average, in a service at work and in one with a thousand waiting questions alike. If only one size
# leaks, it counts for a third of what it is at least.
_BYTES_PER_BLOCK = 96


class _MallocInfo(ctypes.Structure):
    """`struct mallinfo2` of glibc; summed over all arenas."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def measure_sqlite_mb() -> float:
    """Return the memory of SQLite: mostly pages, of which each connection keeps 2 MB in the end."""
    read_used = getattr(ctypes.CDLL(_sqlite3.__file__), "sqlite3_memory_used", None)
    if read_used is None:  # built into the interpreter, and hidden
        return 0.0
    read_used.restype = ctypes.c_int64
    return float(read_used()) / 1024**2


def measure_used_mb() -> float | None:
    """Return the memory that the process uses without SQLite's; None if the C library is silent.

    glibc tells it since 2.33.
    """
    read_info = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if read_info is None:
        return None
    read_info.restype = _MallocInfo
    gc.collect()  # what the collector has not looked at yet is no leak
    info = read_info()
    small = sys.getallocatedblocks() * _BYTES_PER_BLOCK
    return float(info.uordblks + info.hblkhd + small) / 1024**2 - measure_sqlite_mb()


class _Teller(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(f"{measure_used_mb() or ''} {measure_sqlite_mb()}".encode())


def _run_measured() -> int:
    with socketserver.TCPServer(("127.0.0.1", 0), _Teller) as server:
        Path(os.environ[PORT_FILE_VARIABLE]).write_text(str(server.server_address[1]))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return main()


if __name__ == "__main__":
    sys.exit(_run_measured())
