"""A decoder is killed with all that belongs to it, also where no one can be looked for."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest

from bot.files.sandbox import family


def test_without_descriptors_the_process_and_its_group_are_killed_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_pid: int) -> set[int]:
        raise OSError(errno.EMFILE, "Too many open files", "/proc")

    monkeypatch.setattr(family, "_list_relatives", refuse)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, start_new_session=True) as process:
        family.kill_family(process.pid)
        assert process.wait(timeout=10) == -9
