"""The collector looks rarely, and still finds every cycle."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.app.collector import set_collector_pace


class Node:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def test_what_the_start_has_built_is_not_looked_at_again() -> None:
    set_collector_pace()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < 1_000


def test_a_burst_of_objects_that_go_again_starts_no_look() -> None:
    set_collector_pace()
    looks = sum(stats["collections"] for stats in gc.get_stats())
    kept = [Node() for _ in range(2_000)]
    assert sum(stats["collections"] for stats in gc.get_stats()) == looks
    assert len(kept) == 2_000


def test_cycles_are_freed_all_the_same() -> None:
    set_collector_pace()
    first = weakref.ref(Node())
    for _ in range(50_000):
        Node()
    assert first() is None
