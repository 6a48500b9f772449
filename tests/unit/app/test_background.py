"""What runs in the background outlives its own bugs, and each of them is logged at once."""

from __future__ import annotations

import asyncio
import io
import json
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from bot.app.background import run_in_background
from bot.observability.background_tasks import BackgroundTasks
from bot.observability.loop_watch import LoopWatch
from tests.support.easel import wait_until


def list_failures(log_text: str) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in log_text.splitlines() if "background_failed" in line]
    return [(line["at"], line["error"]) for line in lines]


@pytest.mark.parametrize("error", [ZeroDivisionError("a bug"), asyncio.CancelledError()])
async def test_work_that_fails_is_logged_and_begins_again(
    error: BaseException, out: io.StringIO
) -> None:
    failures, is_running = [error, error], asyncio.Event()

    async def work() -> None:
        if failures:
            raise failures.pop()
        is_running.set()
        await asyncio.Event().wait()

    async with AsyncExitStack() as stack:
        run_in_background(stack, work, "guard", first_delay_seconds=0.0)
        await asyncio.wait_for(is_running.wait(), 5)
    assert list_failures(out.getvalue()) == [("guard", type(error).__name__)] * 2
    assert "a bug" not in out.getvalue()
    assert [task for task in asyncio.all_tasks() if task.get_name() == "guard"] == []


async def test_work_that_is_done_does_not_begin_again(out: io.StringIO) -> None:
    calls: list[str] = []

    async def work() -> None:
        calls.append("called")

    async with AsyncExitStack() as stack:
        run_in_background(stack, work, "once", first_delay_seconds=0.0)
        for _ in range(5):
            await asyncio.sleep(0)
    assert calls == ["called"] and list_failures(out.getvalue()) == []


async def test_closing_ends_work_that_waits_to_begin_again(out: io.StringIO) -> None:
    async def work() -> None:
        raise OSError

    async with AsyncExitStack() as stack:
        run_in_background(stack, work, "guard")
        await wait_until(lambda: list_failures(out.getvalue()))
    assert list_failures(out.getvalue()) == [("guard", "OSError")]


async def test_a_spawned_task_that_fails_is_logged(out: io.StringIO) -> None:
    async def work() -> None:
        raise KeyError("a bug")

    tasks = BackgroundTasks("spawned")
    tasks.spawn(work())
    await tasks.wait()
    await asyncio.sleep(0)
    assert list_failures(out.getvalue()) == [("spawned", "KeyError")]


async def test_the_loop_is_watched_once_its_folder_can_be_used(
    tmp_path: Path, out: io.StringIO
) -> None:
    async def report() -> None:
        pass

    folder = tmp_path / "data"
    folder.write_text("in the way")
    async with AsyncExitStack() as stack:
        work = partial(LoopWatch(folder).watch, report)
        run_in_background(stack, work, "loop-watch", first_delay_seconds=0.01)
        await wait_until(lambda: list_failures(out.getvalue()))
        folder.unlink()
        await wait_until((folder / "stalled.txt").exists)
    assert list_failures(out.getvalue())[0][0] == "loop-watch"
