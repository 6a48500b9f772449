"""Starts the threads that the service needs while the machine still gives them.

Python starts threads when they are first needed. One that the system refuses would fail the file
or the question that happened to need it.
"""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor

# As many as asyncio would start.
_MAX_THREADS = 32


def start_threads() -> None:
    """Give the running loop all threads of its executor. Raises `RuntimeError`."""
    count = min(_MAX_THREADS, (os.cpu_count() or 1) + 4)
    executor = ThreadPoolExecutor(count, thread_name_prefix="easel")
    barrier = threading.Barrier(count)
    try:
        for _ in range(count):
            # Each keeps its thread until all have one.
            executor.submit(barrier.wait)
    except BaseException:
        barrier.abort()
        raise
    asyncio.get_running_loop().set_default_executor(executor)
