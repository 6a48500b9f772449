"""`python -m tests.corpus.growth`: how much memory reading the same files again takes.

In a process of its own, whose memory nobody else uses; prints the megabytes after each round.
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
# Made to take as much as they can, which is told apart elsewhere.
_EXCLUDED_FAMILIES = ("bombs",)
_MAX_FILE_BYTES = 1_000_000


def iterate_cases() -> Iterator[Case]:
    """Cases from everywhere, the same at every run."""
    families = [family for name, family in FAMILIES.items() if name not in _EXCLUDED_FAMILIES]
    for number in range(max(map(len, families))):
        for family in families:
            # Not only the first, which are the plainest.
            yield family[(number * 7) % len(family)]


def select_files() -> list[tuple[str, bytes]]:
    made = ((case.name, case.make()) for case in iterate_cases() if "itself" not in case.name)
    return list(islice((file for file in made if len(file[1]) < _MAX_FILE_BYTES), MAX_FILES))


def main() -> None:
    files = select_files()
    for _ in range(_ROUNDS):
        for name, data in files:
            with contextlib.suppress(UnreadableError):
                read_file(name, data)
        gc.collect()
        sys.stdout.write(f"{read_resident_mb()}\n")


def read_resident_mb() -> int:
    """Megabytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    main()
