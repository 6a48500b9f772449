"""Where decoders start late or not at all, files wait, and none is called damaged."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from bot.files.unreadable import UnreadableError
from bot.observability.shortages import report_waits
from tests.support.easel import build_png
from tests.support.shortages import without_descriptors

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")
OWNER = TaskOwner("alex", "one message")


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/false"])
async def test_without_a_decoder_no_file_is_called_damaged(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Sandbox(patience_seconds=0.5) as sandbox:
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", program)
            with pytest.raises(UnreadableError) as failed:
                await sandbox.read("fox.png", build_png())
        assert failed.value.why == "not started"
        assert (
            "fox.png: I could not start the program that reads files" in failed.value.user_message
        )
        # No file is to blame, and the next one is read.
        assert sandbox.pool.death_count == 0
        assert (await sandbox.read("fox.png", build_png())).pictures


async def test_a_program_that_is_not_there_is_not_waited_for(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    async with asyncio.timeout(60):
        with pytest.raises(UnreadableError):
            await sandbox.read("fox.png", build_png())


@pytest.mark.parametrize("refused", [1, 2, 5])
async def test_a_file_waits_while_the_first_decoders_do_not_start(
    refused: int, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A machine without room for what the interpreter loads: it ends before it is ready.
    program, starts = tmp_path / "python", tmp_path / "starts"
    program.write_text(
        f"#!/bin/sh\necho x >> {starts}\n[ $(wc -l < {starts}) -le {refused} ] && exit 1\n"
        f'exec {sys.executable} "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    assert (await sandbox.read("fox.png", build_png())).pictures
    assert sandbox.pool.death_count == 0


@linux
async def test_a_file_waits_while_there_are_no_descriptors_and_is_read_then(
    sandbox: Sandbox,
) -> None:
    waits = asyncio.Event()
    with without_descriptors(), report_waits(waits.set, lambda: None):
        reading = asyncio.create_task(sandbox.read("fox.png", build_png()))
        await asyncio.wait_for(waits.wait(), 60)
    assert not reading.done()
    assert (await reading).pictures
    assert sandbox.pool.death_count == 0


@linux
async def test_a_lasting_want_of_descriptors_is_said_and_blames_no_file() -> None:
    async with Sandbox(patience_seconds=0.5) as sandbox:
        with without_descriptors(), pytest.raises(UnreadableError) as failed:
            await sandbox.read("fox.png", build_png())
        assert failed.value.why == "not started"
        assert (await sandbox.read("fox.png", build_png())).pictures


async def test_who_stops_waiting_for_a_decoder_leaves_the_turn_to_others(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        waits = asyncio.Event()
        with report_waits(waits.set, lambda: None):
            reading = [
                asyncio.create_task(sandbox.read(f"{number}.png", build_png(), owner=OWNER))
                for number in range(4)
            ]
            await asyncio.wait_for(waits.wait(), 60)
        for task in reading:
            task.cancel()
        await asyncio.wait(reading)
        assert all(task.cancelled() for task in reading)
    assert (await sandbox.read("fox.png", build_png(), owner=OWNER)).pictures


async def test_the_time_that_a_decoder_takes_to_start_is_not_the_file_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "python"
    slow.write_text(f'#!/bin/sh\nsleep 4\nexec {sys.executable} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow))
    async with Sandbox(task_seconds=3.5) as sandbox:
        assert (await sandbox.read("fox.png", build_png())).pictures
