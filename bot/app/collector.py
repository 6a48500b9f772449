"""Keeps the running service's memory small, and the collector of cycles from looking too often."""

from __future__ import annotations

import ctypes
import gc

# Of objects made and not yet freed. By default 700, and then every look is at the objects of all
# running questions: in a burst this took a tenth of a question's time and freed next to nothing,
# for nearly everything is freed as soon as nothing refers to it.
_OBJECTS = 20_000
_ARENA_MAX = -8  # glibc's name of the option, from its malloc.h


def share_one_heap() -> None:
    """Have all threads allocate in one heap, as far as the C library is glibc. Call it before any
    thread starts.

    It would give each its own, of which what one thread frees serves no other: three megabytes at
    the start, and more with every burst. Python lets one thread allocate at a time anyway.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_ARENA_MAX, 1)


def set_collector_pace() -> None:
    """Look for cycles less often, and no more at what is there already. Call it after the start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
