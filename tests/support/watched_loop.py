"""Runs the service in a thread and a loop of its own, and finds what holds that loop.

The played ends and the test are in another loop, so all that is measured is the service's.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from bot.app.service import Service, open_service
from bot.config import Settings
from tests.support.processor_time import measure_slowness

_T = TypeVar("_T")
_SAMPLE_SECONDS = 0.005
_OWN_FOLDERS = ("/bot/", "/handlers/", "/storage/")
_run_handle = asyncio.Handle._run


@dataclass(slots=True)
class Turn:
    """One callback that held the loop: what it was, and where it was seen."""

    seconds: float
    name: str
    places: Counter[str]

    def __str__(self) -> str:
        seen = ", ".join(place for place, _ in self.places.most_common(3))
        return f"{self.seconds * 1000:.0f} ms in {self.name}: {seen}"


@dataclass(slots=True)
class LoopWatch:
    """Measures each callback of one thread's loop in processor time of that thread.

    So neither waiting for a processor nor other threads count. `turns` are those of at least
    `min_seconds`, or of as much longer as this machine is slower just then.
    """

    min_seconds: float
    turns: list[Turn] = field(default_factory=list)
    thread: int = 0
    _seen: Counter[str] = field(default_factory=Counter)
    is_stopped: threading.Event = field(default_factory=threading.Event)

    def run_handle(self, handle: asyncio.Handle) -> None:
        """Run a callback as the loop does."""
        if threading.get_ident() != self.thread:
            _run_handle(handle)
            return
        self._seen = Counter()
        start = time.thread_time()
        name = _describe(handle)
        _run_handle(handle)
        seconds = time.thread_time() - start
        if seconds >= self.min_seconds and seconds >= self.min_seconds * measure_slowness():
            self.turns.append(Turn(seconds, name, self._seen))

    def sample(self) -> None:
        """Note where the watched thread is, until `stop`. Runs in a thread of its own."""
        while not self.is_stopped.wait(_SAMPLE_SECONDS):
            frame = sys._current_frames().get(self.thread)
            if frame is not None:
                self._seen[_find_place(frame)] += 1

    def stop(self) -> None:
        self.is_stopped.set()


@contextmanager
def watch_this(watch: LoopWatch) -> Iterator[None]:
    """Measure the loop of `watch.thread`, or of this thread, while the context lasts."""
    watch.thread = watch.thread or threading.get_ident()
    sampler = threading.Thread(target=watch.sample, name="sampler", daemon=True)
    watch.is_stopped.clear()

    def run(handle: asyncio.Handle) -> None:
        watch.run_handle(handle)

    asyncio.Handle._run = run  # type: ignore[method-assign, assignment]
    # The collector looks through all that the played ends remember: that is not the service's.
    gc.disable()
    sampler.start()
    try:
        yield
    finally:
        asyncio.Handle._run = _run_handle  # type: ignore[method-assign]
        watch.stop()
        sampler.join()
        gc.enable()


@dataclass(frozen=True, slots=True)
class WatchedService:
    """A service that runs in the loop of another thread."""

    service: Service
    watch: LoopWatch
    loop: asyncio.AbstractEventLoop

    async def run(self, work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Run `work` in the service's loop, and wait for it in this one."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), self.loop))

    async def wait_until_idle(self) -> None:
        async def wait() -> None:
            await self.service.wait_until_idle()

        await self.run(wait)


@asynccontextmanager
async def run_watched_service(
    settings: Settings, *, min_seconds: float
) -> AsyncIterator[WatchedService]:
    """Run the service in a thread of its own, with a watch on its loop."""
    watch = LoopWatch(min_seconds)
    loop = asyncio.new_event_loop()

    def work() -> None:
        watch.thread = threading.get_ident()
        loop.run_forever()

    thread = threading.Thread(target=work, name="service", daemon=True)
    thread.start()
    stack = open_service(settings)
    service = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(stack.__aenter__(), loop))
    try:
        with watch_this(watch):
            yield WatchedService(service, watch, loop)
    finally:
        closing = asyncio.run_coroutine_threadsafe(stack.__aexit__(None, None, None), loop)
        await asyncio.wrap_future(closing)
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()


def _describe(handle: asyncio.Handle) -> str:
    callback = handle._callback  # type: ignore[attr-defined]
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        return f"{owner.get_name()} {getattr(owner.get_coro(), '__qualname__', '')}"
    return str(getattr(callback, "__qualname__", callback))


def _find_place(frame: FrameType) -> str:
    """Return the innermost line of our own code, and the innermost of all."""
    inner = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno} {frame.f_code.co_name}"
    current: FrameType | None = frame
    while current is not None:
        name = current.f_code.co_filename
        if any(folder in name for folder in _OWN_FOLDERS) and "site-packages" not in name:
            place = f"{Path(name).name}:{current.f_lineno} {current.f_code.co_name}"
            return place if place == inner else f"{place} > {inner}"
        current = current.f_back
    return inner
