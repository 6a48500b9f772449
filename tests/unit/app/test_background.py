"""What runs in the background outlives its own bugs, and each of them is logged at once."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from bot.app.background import FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS, Work, run_in_background
from bot.observability.background_tasks import BackgroundTasks
from bot.observability.loop_watch import LoopWatch
from tests.support.virtual_time import VirtualLoop


def list_failures(log_text: str) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in log_text.splitlines() if "background_failed" in line]
    return [(line["at"], line["error"]) for line in lines]


def run_for(work: Work, seconds: float, *, name: str = "guard") -> None:
    """Run `work` in the background for `seconds`, which take no time."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            run_in_background(stack, work, name)
            await asyncio.sleep(seconds)
        assert [task for task in asyncio.all_tasks() if task.get_name() == name] == []

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(run())


def build_work(calls: list[float], act: Callable[[], Awaitable[None]]) -> Work:
    async def work() -> None:
        calls.append(asyncio.get_running_loop().time())
        await act()

    return work


@pytest.mark.parametrize("error", [ZeroDivisionError("a bug"), asyncio.CancelledError()])
def test_work_that_fails_is_logged_and_begins_again_ever_more_rarely(
    error: BaseException, out: io.StringIO
) -> None:
    calls: list[float] = []

    async def fail() -> None:
        raise error

    run_for(build_work(calls, fail), 24 * 3600.0)
    pauses = [after - before for before, after in itertools.pairwise(calls)]
    assert pauses[:3] == [FIRST_DELAY_SECONDS * factor for factor in (1, 2, 4)]
    assert pauses[-1] == MAX_DELAY_SECONDS
    assert list_failures(out.getvalue()) == [("guard", type(error).__name__)] * len(calls)
    assert "a bug" not in out.getvalue()


def test_work_that_fails_after_a_long_time_begins_again_soon(out: io.StringIO) -> None:
    calls: list[float] = []

    async def fail_in_the_end() -> None:
        await asyncio.sleep(MAX_DELAY_SECONDS)
        raise ZeroDivisionError

    run_for(build_work(calls, fail_in_the_end), 10 * MAX_DELAY_SECONDS)
    assert calls[-1] - calls[-2] == MAX_DELAY_SECONDS + FIRST_DELAY_SECONDS
    assert len(list_failures(out.getvalue())) == len(calls) - 1


def test_work_that_is_done_does_not_begin_again(out: io.StringIO) -> None:
    calls: list[float] = []

    async def end() -> None:
        pass

    run_for(build_work(calls, end), 24 * 3600.0)
    assert calls == [0.0] and list_failures(out.getvalue()) == []


async def test_a_spawned_task_that_fails_is_logged(out: io.StringIO) -> None:
    async def work() -> None:
        raise KeyError("a bug")

    tasks = BackgroundTasks("spawned")
    tasks.spawn(work())
    await tasks.wait()
    await asyncio.sleep(0)
    assert list_failures(out.getvalue()) == [("spawned", "KeyError")]


def test_the_loop_is_watched_once_its_folder_can_be_used(tmp_path: Path, out: io.StringIO) -> None:
    async def report() -> None:
        pass

    folder = tmp_path / "data"
    folder.write_text("in the way")
    was_watched: list[bool] = []

    async def watch() -> None:
        async with AsyncExitStack() as stack:
            run_in_background(stack, partial(LoopWatch(folder).watch, report), "loop-watch")
            await asyncio.sleep(1.0)
            folder.unlink()
            await asyncio.sleep(FIRST_DELAY_SECONDS)
            was_watched.append((folder / "stalled.txt").exists())

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(watch())
    assert was_watched == [True]
    assert [name for name, _ in list_failures(out.getvalue())] == ["loop-watch"]
