"""`python -m tests.corpus.growth`: measures how memory grows when the same files are read again.

Runs in a process of its own, and prints its megabytes after each round.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bot.files.readers.dispatch import read_file
from bot.files.unreadable import UnreadableError
from tests.corpus import FAMILIES
from tests.corpus.case import Case

MAX_FILES = 60
_ROUNDS = 2
# Built to take as much memory as they can, which other tests check.
_EXCLUDED_FAMILIES = ("bombs",)
_MAX_FILE_BYTES = 1_000_000


def iterate_cases() -> Iterator[Case]:
    """Yield cases of all families, the same at every run."""
    families = [family for name, family in FAMILIES.items() if name not in _EXCLUDED_FAMILIES]
    for number in range(max(map(len, families))):
        for family in families:
            # Skip around, because the first cases of a family are the simplest.
            yield family[(number * 7) % len(family)]


def select_files() -> list[tuple[str, bytes]]:
    files = ((case.name, case.make()) for case in iterate_cases() if "itself" not in case.name)
    return list(islice((file for file in files if len(file[1]) < _MAX_FILE_BYTES), MAX_FILES))


def main() -> None:
    files = select_files()
    for _ in range(_ROUNDS):
        for name, data in files:
            with contextlib.suppress(UnreadableError):
                read_file(name, data)
        gc.collect()
        sys.stdout.write(f"{read_resident_mb()}\n")


def read_resident_mb() -> int:
    """Return the resident megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    main()
