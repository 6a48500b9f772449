"""Notices that the event loop has stopped turning, and leaves a trace of it for the next start.

It repairs nothing: see `bot.queue.suspects` for what becomes of the questions of that moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from bot.disk.private_folder import PrivateFolder

log = structlog.get_logger(__name__)

# No work of Easel's own holds the loop for even a second.
STALL_SECONDS = 10.0
# The share of `stall_seconds` after which the watch looks again.
_TICK_SHARE = 0.1
_TRACE_NAME, _LAST_TRACE_NAME = "stalled.txt", "stalled.last.txt"


class LoopWatch:
    """Watches the running event loop.

    While the loop stands, nothing written in Python may be able to run, because whatever stops it
    may hold the interpreter's lock. So a thread of the interpreter itself writes where every
    thread stands to a file in `folder` (`faulthandler`); it needs no lock. If the process ends
    without the loop having turned again, the next process finds the file.
    """

    def __init__(self, folder: Path, *, stall_seconds: float = STALL_SECONDS) -> None:
        self._folder = PrivateFolder(folder)
        self._stall_seconds = stall_seconds

    def take_trace(self) -> bool:
        """Whether the last process ended while its loop stood. The trace is kept under another
        name until the next one."""
        if not self._has_trace():
            return False
        log.warning("loop_had_stalled")
        with contextlib.suppress(OSError):
            self._folder.rename(_TRACE_NAME, _LAST_TRACE_NAME)
        return True

    def _has_trace(self) -> bool:
        try:
            return self._folder.get_size(_TRACE_NAME) > 0
        except OSError:
            return False

    async def watch(self, on_stall: Callable[[], Awaitable[None]]) -> None:
        """Watch until cancelled. Awaits `on_stall` whenever the loop turns again after it stood for
        `stall_seconds`. Raises `OSError` if the trace cannot be kept."""
        loop = asyncio.get_running_loop()
        tick_seconds = self._stall_seconds * _TICK_SHARE
        try:
            with self._folder.open_for_writing(_TRACE_NAME) as trace:
                seen_at = loop.time()
                while True:
                    faulthandler.dump_traceback_later(self._stall_seconds, file=trace)
                    await asyncio.sleep(tick_seconds)
                    stood_seconds = loop.time() - seen_at - tick_seconds
                    seen_at = loop.time()
                    # The trace says so, too: it may be written a moment before the loop turns.
                    if stood_seconds >= self._stall_seconds or self._has_trace():
                        log.error("loop_stalled", seconds=round(stood_seconds, 1))
                        await on_stall()
                        os.lseek(trace, 0, os.SEEK_SET)
                        os.truncate(trace, 0)
        finally:
            faulthandler.cancel_dump_traceback_later()
            with contextlib.suppress(OSError):
                self._folder.remove(_TRACE_NAME)
