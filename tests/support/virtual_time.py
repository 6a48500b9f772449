"""Time that goes by without anyone waiting for it.

`VirtualLoop` is for code that waits for nothing but timers: no threads, no sockets. For the rest a
test can leap over the time that nothing happens in.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import Any

import pytest

_MAX_TURNS_AT_ONCE = 20_000


class _JumpingSelector(selectors.SelectSelector):
    """Never waits: it moves the clock of `loop` instead."""

    loop: VirtualLoop
    turns_at_once = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if not events and timeout is None:
            raise RuntimeError("everything waits, and no timer will end it")
        self.turns_at_once += 1
        if self.turns_at_once > _MAX_TURNS_AT_ONCE:
            raise RuntimeError("something runs in circles, and no time goes by")
        if not events and timeout:
            self.loop.now += timeout
            self.turns_at_once = 0
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer as soon as nothing else is to be done.

    `now` is the loop's time in seconds. It starts at zero.
    """

    def __init__(self) -> None:
        self.now = 0.0
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now

    def run(self, work: Any) -> Any:
        """Run the coroutine `work` to its end."""
        return self.run_until_complete(work)


def leap(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Have the clock of the running loop be `seconds` later from now on: what is due by then is due
    at once. A deadline can so be as far away as a machine that stalls may need it."""
    loop = asyncio.get_running_loop()
    read_clock = loop.time
    monkeypatch.setattr(loop, "time", lambda: read_clock() + seconds)
