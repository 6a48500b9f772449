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
from bot.files.unreadable import Unreadable
from tests.corpus import FAMILIES
from tests.corpus.case import Case

FILES = 60
_ROUNDS = 2
# Made to take as much as they can, which is told apart elsewhere.
_COSTLY = ("bombs",)
_LARGEST = 1_000_000


def varied() -> Iterator[Case]:
    """Cases from everywhere, the same at every run."""
    families = [family for name, family in FAMILIES.items() if name not in _COSTLY]
    for number in range(max(map(len, families))):
        for family in families:
            # Not only the first, which are the plainest.
            yield family[(number * 7) % len(family)]


def chosen() -> list[tuple[str, bytes]]:
    made = ((case.name, case.make()) for case in varied() if "itself" not in case.name)
    return list(islice((file for file in made if len(file[1]) < _LARGEST), FILES))


def main() -> None:
    files = chosen()
    for _ in range(_ROUNDS):
        for name, data in files:
            with contextlib.suppress(Unreadable):
                read_file(name, data)
        gc.collect()
        sys.stdout.write(f"{resident()}\n")


def resident() -> int:
    """Megabytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    main()
