"""Takes the descriptors of the test's own process away for a while."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator

# The limit is one of numbers: every process has these three, and opens no other under it.
HELD_DESCRIPTORS = 3


@contextlib.contextmanager
def without_descriptors() -> Iterator[None]:
    """Let this process open nothing while the block runs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (HELD_DESCRIPTORS, hard))
    taken = list[int]()
    try:
        # Under the limit one of the first may be free.
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        yield
    finally:
        for number in taken:
            os.close(number)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
