"""A loop that has stopped turning is noticed: by the same process, or by the next one."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import bot
from bot.observability.loop_watch import LoopWatch

# Nothing written in Python runs during this: it holds the interpreter's lock.
_STANDING = """
import asyncio, re, sys
from pathlib import Path
from bot.observability.loop_watch import LoopWatch

async def main():
    watch = LoopWatch(Path(sys.argv[1]), stall_seconds=0.2)
    task = asyncio.create_task(watch.watch(main))
    await asyncio.sleep(0.1)
    re.fullmatch("(a+)+b", "a" * 40)

asyncio.run(main())
"""


async def test_a_loop_that_turns_again_reports_that_it_stood(tmp_path: Path) -> None:
    reports = asyncio.Event()

    async def report() -> None:
        reports.set()

    watch = LoopWatch(tmp_path, stall_seconds=0.2)
    task = asyncio.create_task(watch.watch(report))
    await asyncio.sleep(0)
    time.sleep(0.5)  # noqa: ASYNC251 - the loop stands
    await asyncio.wait_for(reports.wait(), 5)
    task.cancel()
    await asyncio.wait({task})
    assert not watch.take_trace()


async def test_a_stall_that_is_hardly_one_leaves_no_trace_behind(tmp_path: Path) -> None:
    reports = asyncio.Event()

    async def report() -> None:
        reports.set()

    watch = LoopWatch(tmp_path, stall_seconds=1.0)
    task = asyncio.create_task(watch.watch(report))
    await asyncio.sleep(0)
    # The trace is written a second after the last look, of which a tick is not counted as stood.
    time.sleep(1.05)  # noqa: ASYNC251 - the loop stands
    await asyncio.wait_for(reports.wait(), 5)
    await asyncio.sleep(0)
    assert (tmp_path / "stalled.txt").stat().st_size == 0
    task.cancel()
    await asyncio.wait({task})


async def test_a_loop_that_turns_reports_nothing(tmp_path: Path) -> None:
    reports: list[str] = []

    async def report() -> None:
        reports.append("stood")

    watch = LoopWatch(tmp_path)
    task = asyncio.create_task(watch.watch(report))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait({task})
    assert reports == [] and not watch.take_trace()


async def test_a_missing_folder_is_created(tmp_path: Path) -> None:
    async def report() -> None:
        raise AssertionError

    task = asyncio.create_task(LoopWatch(tmp_path / "a" / "b").watch(report))
    await asyncio.wait({task}, timeout=0.05)
    assert not task.done() and (tmp_path / "a" / "b" / "stalled.txt").exists()
    task.cancel()
    await asyncio.wait({task})


def test_the_next_process_learns_that_the_last_one_stood_when_it_was_killed(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", _STANDING, str(tmp_path)]
    with subprocess.Popen(command, cwd=Path(bot.__file__).parents[1]) as process:
        trace = tmp_path / "stalled.txt"
        while not trace.exists() or "fullmatch" not in trace.read_text():
            assert process.poll() is None
        process.kill()
    watch = LoopWatch(tmp_path)
    assert watch.take_trace()
    assert not watch.take_trace()
    assert "fullmatch" in (tmp_path / "stalled.last.txt").read_text()
