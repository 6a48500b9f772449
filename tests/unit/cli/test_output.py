"""What reports print reaches whatever reads it, or a sentence says why not."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.process import ROOT


def run_into(target: str, command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a report whose output goes to the file `target`, in a terminal that takes ASCII only."""
    env = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "EASEL_HOME": str(folder.parent),
        "EASEL_DATA_DIR": str(folder), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0",
    }  # fmt: skip
    with Path(target).open("wb") as out:
        return subprocess.run(
            [sys.executable, "-m", "bot", command],
            env=env, stdout=out, stderr=subprocess.PIPE, timeout=240, check=False,
        )  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full disk to offer")
@pytest.mark.parametrize("command", ["usage", "budget"])
def test_a_full_disk_is_said_in_a_sentence(paid_folder: Path, command: str) -> None:
    ended = run_into("/dev/full", command, paid_folder)
    assert (ended.returncode, ended.stderr.decode()) == (
        1,
        "That cannot be done:\n  - what is printed cannot be written: No space left on device\n",
    )


def test_a_name_in_another_script_is_printed_whatever_the_terminal_takes(
    paid_folder: Path, tmp_path: Path
) -> None:
    connection = sqlite3.connect(paid_folder / "easel.db")
    with connection:
        connection.execute(
            "INSERT INTO prices (provider, model, at, price) VALUES ('compatible', '日本語', 1, '')"
        )
    connection.close()
    ended = run_into(str(tmp_path / "out"), "prices", paid_folder)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "日本語" in (tmp_path / "out").read_text(encoding="utf-8")
