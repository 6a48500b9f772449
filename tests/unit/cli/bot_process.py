"""Runs `python -m bot` for tests of the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.process import ROOT


def run_bot(*args: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run one command in `folder`, its home, to its end, with no settings but those in `env`."""
    clean_env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "EASEL_HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *args],
        cwd=folder,
        env=clean_env | env,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
