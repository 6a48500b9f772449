"""A decoder is killed with all that belongs to it, also where no one can be looked for."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bot.files.sandbox import family
from bot.files.sandbox.running import SpawnedProcess
from tests.support.easel import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

_LEAD = "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
_STAY = f"{_LEAD}; sys.stdin.read()"


@contextmanager
def lead(script: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start the leader of a session; yield it, and the id of the child that it has started."""
    command = [sys.executable, "-c", script]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, start_new_session=True
    ) as leader:
        assert leader.stdout is not None
        child = int(leader.stdout.readline())
        try:
            yield leader, child
        finally:
            for pid in (child, leader.pid):
                if is_running(pid):
                    os.kill(pid, signal.SIGKILL)


def is_running(pid: int) -> bool:
    return family._read_row(pid) is not None


def test_without_descriptors_the_process_and_its_group_are_killed_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_pid: int) -> dict[int, object]:
        raise OSError(errno.EMFILE, "Too many open files", "/proc")

    monkeypatch.setattr(family, "_list_relatives", refuse)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, start_new_session=True) as process:
        family.kill_family(process.pid)
        assert process.wait(timeout=60) == -9


async def test_a_process_that_has_ended_keeps_its_id_until_it_is_waited_for() -> None:
    """Else the signals that are meant for its family would go to whoever has got the id since."""
    command = [sys.executable, "-c", ""]
    process = SpawnedProcess(subprocess.Popen(command))  # noqa: ASYNC220 - that is what it holds
    await wait_until(process.has_ended)
    process.stop()
    process.kill()
    assert process.has_ended() and process.keeps_id
    os.kill(process.pid, 0)  # it is still there
    process.wait(60)
    assert process.has_ended() and not process.keeps_id
    process.stop()
    process.kill()  # and reach no one


async def test_no_other_process_is_killed_that_has_got_the_id_of_a_relative() -> None:
    with lead(_STAY) as (leader, child):
        row = family._list_relatives(leader.pid)[child]
        family._kill_process(child, replace(row, started_at=row.started_at - 1))
        assert is_running(child)
        family._kill_process(child, row)
        await wait_until(lambda: not is_running(child))


async def test_what_a_process_has_left_behind_is_killed_by_its_session() -> None:
    with lead(_LEAD) as (leader, child):
        leader.wait(60)
        assert is_running(child)
        family.kill_left_family(leader.pid)
        await wait_until(lambda: not is_running(child))


def test_whoever_has_the_id_of_a_process_that_has_ended_keeps_its_family() -> None:
    with lead(_STAY) as (stranger, child):
        family.kill_left_family(stranger.pid)
        assert is_running(child) and is_running(stranger.pid)
