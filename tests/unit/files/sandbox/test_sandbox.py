"""Sandbox processes: a file that harms one harms neither the service nor other files."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from bench.processes import list_tree
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from tests.corpus import FAMILIES
from tests.support.easel import build_png, wait_until
from tests.support.process_states import is_running

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")


def build_large_png(side: int = 9_000) -> bytes:
    """A small file that takes hundreds of megabytes to decode."""
    out = io.BytesIO()
    Image.new("RGBA", (side, side), (1, 2, 3, 4)).save(out, "PNG", compress_level=1)
    return out.getvalue()


OWNER = TaskOwner("alex", "one message")


async def read_and_get_pid(sandbox: Sandbox) -> int:
    """Read a first file; return the id of the process that has read it."""
    assert (await sandbox.read("first.png", build_png(), owner=OWNER)).pictures
    (process,) = sandbox.pool.idle_processes
    assert process.pid in list_tree(os.getpid())[1:]
    return process.pid


async def test_a_picture_is_read(sandbox: Sandbox) -> None:
    parsed_file = await sandbox.read("fox.png", build_png((320, 200)))
    (picture,) = parsed_file.pictures
    assert (parsed_file.kind, picture.width, picture.height) == ("PNG picture", 320, 200)


@linux
async def test_a_picture_is_read_in_another_process(sandbox: Sandbox) -> None:
    assert await read_and_get_pid(sandbox) != os.getpid()
    assert len(sandbox.pool.idle_processes) == 1


async def test_a_refusal_in_the_process_is_the_same_sentence_here(sandbox: Sandbox) -> None:
    with pytest.raises(UnreadableError) as refused:
        await sandbox.read("fox.png", build_png()[:60])
    assert refused.value.user_message == (
        "I could not read fox.png: it is damaged or cut off. Please send it again."
    )
    assert sandbox.pool.death_count == 0


@linux
async def test_when_a_decoder_dies_only_its_file_is_lost(sandbox: Sandbox) -> None:
    os.kill(await read_and_get_pid(sandbox), signal.SIGKILL)
    # It died while it was idle, so that the next file is not to blame.
    assert (await sandbox.read("second.png", build_png(), owner=OWNER)).pictures
    assert sandbox.pool.death_count == 1


@linux
async def test_a_file_that_ends_its_decoder_is_lost_alone() -> None:
    # Its page draws itself, until the decoder's stack is full.
    (endless,) = [case for case in FAMILIES["pdf"] if case.name == "draws-itself.pdf"]
    async with Sandbox(task_seconds=240.0) as sandbox:
        other = asyncio.create_task(sandbox.read("small.png", build_png()))
        with pytest.raises(UnreadableError, match="died") as lost:
            await sandbox.read("endless.pdf", endless.make())
        assert "endless.pdf: my reader broke down over it" in lost.value.user_message
        assert sandbox.pool.death_count >= 1
        assert (await other).pictures
        assert (await sandbox.read("third.png", build_png())).pictures


@linux
async def test_an_ended_decoder_is_buried_where_no_thread_can_be_started(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = await read_and_get_pid(sandbox)

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    (process,) = sandbox.pool.idle_processes
    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", refuse)
        process.kill()
    # Not even as an ended one that nobody has waited for: it would count as a process.
    await wait_until(lambda: pid not in list_tree(os.getpid())[1:])


async def test_a_file_that_takes_too_long_ends_its_decoder_and_is_said_to() -> None:
    async with Sandbox(task_seconds=0.05) as sandbox:
        with pytest.raises(UnreadableError) as slow:
            await sandbox.read("large.png", build_large_png())
        assert "took too long" in slow.value.user_message
        assert (sandbox.pool.death_count, sandbox.pool.idle_processes) == (1, [])


@linux
async def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_is_read() -> None:
    async with Sandbox(memory_mb=400, task_seconds=240.0) as sandbox:
        with pytest.raises(UnreadableError) as heavy:
            await sandbox.read("large.png", build_large_png())
        assert "more memory than I have" in heavy.value.user_message
        assert (await sandbox.read("small.png", build_png())).pictures


async def test_who_stops_waiting_ends_the_work(sandbox: Sandbox) -> None:
    task = asyncio.create_task(sandbox.read("large.png", build_large_png()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sandbox.pool.idle_processes == []
    assert (await sandbox.read("small.png", build_png())).pictures


async def test_no_more_processes_run_than_there_may(sandbox: Sandbox) -> None:
    files = [(f"{number}.png", build_png((number + 10, 10))) for number in range(12)]
    owners = [TaskOwner(str(number % 4), str(number % 4)) for number in range(12)]
    read = await asyncio.gather(
        *(sandbox.read(*file, owner=owner) for file, owner in zip(files, owners, strict=True))
    )
    assert [item.pictures[0].width for item in read] == [number + 10 for number in range(12)]
    assert 1 <= len(sandbox.pool.idle_processes) <= 2


async def test_processes_that_nobody_needs_end() -> None:
    async with Sandbox(idle_seconds=0.01) as sandbox:
        await sandbox.read("a.png", build_png(), owner=OWNER)
        await wait_until(lambda: not sandbox.pool.idle_processes)
        assert (await sandbox.read("b.png", build_png())).pictures


@linux
async def test_a_decoder_has_narrow_limits(sandbox: Sandbox) -> None:
    folder = Path(f"/proc/{await read_and_get_pid(sandbox)}")
    lines = (folder / "limits").read_text().splitlines()
    limits = {line[:25].strip(): line[25:].split()[:2] for line in lines}
    assert limits["Max file size"] == limits["Max core file size"] == ["0", "0"]
    assert limits["Max address space"] == [str(2_048 * 1024 * 1024)] * 2
    assert limits["Max open files"] == ["64", "64"]
    assert limits["Max cpu time"] == ["360", "360"]


@linux
async def test_files_of_one_message_share_a_process_and_those_of_two_do_not(
    sandbox: Sandbox,
) -> None:
    first = await read_and_get_pid(sandbox)
    assert await read_and_get_pid(sandbox) == first
    other = TaskOwner("sam", "another message")
    await sandbox.read("b.png", build_png(), owner=other)
    pids = {process.batch: process.pid for process in sandbox.pool.idle_processes}
    assert pids["one message"] == first != pids["another message"]
    # The third takes the place of the one that has waited longest.
    await sandbox.read("c.png", build_png(), owner=TaskOwner("kim", "a third message"))
    assert {process.batch for process in sandbox.pool.idle_processes} == {
        "another message",
        "a third message",
    }


@linux
async def test_what_has_no_owner_is_read_in_a_process_of_its_own(sandbox: Sandbox) -> None:
    await sandbox.read("a.png", build_png())
    assert sandbox.pool.idle_processes == []


@linux
async def test_a_process_that_died_before_its_first_task_does_not_blame_the_file(
    sandbox: Sandbox,
) -> None:
    await sandbox.read("a.png", build_png())
    for pid in list_tree(os.getpid())[1:]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await wait_until(lambda pid=pid: not is_running(pid))  # type: ignore[misc] # bound now
    assert (await sandbox.read("a.png", build_png())).pictures


@linux
async def test_all_processes_end_with_the_service() -> None:
    async with Sandbox() as sandbox:
        pid = await read_and_get_pid(sandbox)
    await wait_until(lambda: not is_running(pid))


async def test_every_task_comes_back_whole(sandbox: Sandbox) -> None:
    small = await sandbox.shrink("a.png", build_png((900, 600)), 300)
    assert (small.width, small.height) == (300, 200)
    name, kind, data = await sandbox.convert("a.png", build_png((900, 600)), "webp", 450)
    with Image.open(io.BytesIO(data)) as converted:
        assert (name, kind, converted.size) == ("a-450.webp", "image/webp", (450, 300))
    sheet = await sandbox.draw_sheet(
        ["v1  ein Füchschen", "v2  狐", "v3"],
        [build_png(), build_png((10, 90)), build_png(kind="WEBP")],
    )
    with Image.open(io.BytesIO(sheet)) as drawn:
        assert drawn.format == "PNG" and drawn.width > drawn.height
