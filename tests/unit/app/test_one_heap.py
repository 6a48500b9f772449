"""All threads of the service allocate in one heap, so that what one frees serves the others."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_COUNT_HEAPS = """
import ctypes, threading
from bot.app.collector import share_one_heap

share_one_heap()
library = ctypes.CDLL(None)
start, end = threading.Barrier(4), threading.Barrier(4)

def allocate() -> None:
    start.wait()
    kept = [bytearray(5_000 + n) for n in range(500)]
    end.wait()

threads = [threading.Thread(target=allocate) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
library.fdopen.restype = ctypes.c_void_p
report = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, report)
library.fclose(report)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the library is no glibc")
def test_threads_that_allocate_at_the_same_time_share_one_heap() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _COUNT_HEAPS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.count("<heap nr=") == 1
