"""A loop that has stopped turning is noticed: by the same process, or by the next one."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import bot
from bot.observability.loop_watch import LoopWatch

# Nothing written in Python runs during this: it holds the interpreter's lock.
_STANDING = """
import asyncio, re, sys
from pathlib import Path
from bot.observability.loop_watch import LoopWatch

async def report():
    pass

async def main():
    folder = Path(sys.argv[1])
    task = asyncio.create_task(LoopWatch(folder, stall_seconds=0.2).watch(report))
    await asyncio.sleep(0.1)
    # What was written because the machine stalled is taken back at the next look.
    while (folder / "stalled.txt").stat().st_size:
        await asyncio.sleep(0.02)
    re.fullmatch("(a+)+b", "a" * 40)

asyncio.run(main())
"""


@asynccontextmanager
async def run_watch(watch: LoopWatch) -> AsyncIterator[asyncio.Event]:
    """Run `watch` meanwhile; yield an event that is set once it reports that the loop stood."""
    has_stood = asyncio.Event()

    async def report() -> None:
        has_stood.set()

    task = asyncio.create_task(watch.watch(report))
    await asyncio.sleep(0)  # it has begun
    yield has_stood
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_loop_that_turns_again_reports_that_it_stood(tmp_path: Path) -> None:
    watch = LoopWatch(tmp_path, stall_seconds=0.2)
    async with run_watch(watch) as has_stood:
        time.sleep(0.5)  # noqa: ASYNC251 - the loop stands
        await asyncio.wait_for(has_stood.wait(), 60)
    assert not watch.take_trace()


async def test_a_stall_that_is_hardly_one_leaves_no_trace_behind(tmp_path: Path) -> None:
    async with run_watch(LoopWatch(tmp_path, stall_seconds=1.0)) as has_stood:
        # The trace is written a second after the last look; a tick of it is not counted as stood.
        time.sleep(1.05)  # noqa: ASYNC251 - the loop stands
        await asyncio.wait_for(has_stood.wait(), 60)
        await asyncio.sleep(0)
        assert (tmp_path / "stalled.txt").stat().st_size == 0


async def test_a_loop_that_turns_reports_nothing(tmp_path: Path) -> None:
    watch = LoopWatch(tmp_path)
    async with run_watch(watch) as has_stood:
        await asyncio.sleep(0.05)
    assert not has_stood.is_set() and not watch.take_trace()


async def test_a_missing_folder_is_created(tmp_path: Path) -> None:
    async with run_watch(LoopWatch(tmp_path / "a" / "b")):
        await asyncio.sleep(0.05)
        assert (tmp_path / "a" / "b" / "stalled.txt").exists()


def test_the_next_process_learns_that_the_last_one_stood_when_it_was_killed(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", _STANDING, str(tmp_path)]
    with subprocess.Popen(command, cwd=Path(bot.__file__).parents[1]) as process:
        trace = tmp_path / "stalled.txt"
        try:
            while not trace.exists() or "fullmatch" not in trace.read_text():
                assert process.poll() is None
        finally:
            process.kill()  # else it would be waited for, and never end
    watch = LoopWatch(tmp_path)
    assert watch.take_trace()
    assert not watch.take_trace()
    assert "fullmatch" in (tmp_path / "stalled.last.txt").read_text()
