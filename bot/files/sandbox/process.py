"""One decoder's process, seen from the service: started, asked, killed.

Blocks, and so is asked in a thread; which process takes which file is decided in `decoders.py`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bot
from bot.files.sandbox.pipe import PipeError, receive, send

# The folder that holds the package: the process starts in any folder and finds it there.
_PACKAGE_ROOT = Path(bot.__file__).parents[1]
# What it may know of our environment; above all no token.
_PASSED_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")


class ProcessDied(Exception):
    """The process has ended instead of answering. `was_used`: it had done other tasks before."""

    was_used = False


class ProcessTimeout(Exception):
    """The process did not answer in time."""


class SandboxProcess:
    """Starts with the first question. `kill` may be called by anybody at any time."""

    def __init__(self, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._killed = False
        self.resident_mb = 0
        self.task_count = 0

    def ask(
        self, header: dict[str, Any], blobs: Sequence[bytes], task_seconds: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        """One task, done. Raises `Died`, `Slow` after `seconds`; after either it is of no use."""
        try:
            sock = self._ensure_started()
            until = time.monotonic() + task_seconds
            sock.settimeout(task_seconds)
            send(sock, header, blobs)
            told, given = receive(sock, deadline=until)
        except TimeoutError as error:
            raise ProcessTimeout from error
        except (PipeError, OSError) as error:
            died = ProcessDied()
            died.was_used = self.task_count > 0
            raise died from error
        resident = told.pop("rss", 0)
        self.resident_mb = resident if isinstance(resident, int) else 0
        self.task_count += 1
        return told, given

    def kill(self) -> None:
        """End it now, without waiting for its end."""
        with self._lock:
            self._killed = True
            process, sock = self._process, self._socket
            self._process = self._socket = None
        if sock is not None:
            with contextlib.suppress(OSError):
                # Wakes a thread that waits for an answer.
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        if process is not None:
            process.kill()
            # Taking back gigabytes takes the system a while, which nobody should wait for.
            threading.Thread(target=process.wait, name="reaper", daemon=True).start()

    def _ensure_started(self) -> socket.socket:
        with self._lock:
            if self._killed:
                raise ProcessDied
            if self._socket is None:
                self._socket, self._process = _spawn(self._memory_mb)
            return self._socket


def _spawn(memory_mb: int) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module, our own numbers
                [
                    sys.executable,
                    "-m",
                    "bot.files.sandbox.child",
                    str(theirs.fileno()),
                    str(memory_mb),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=_build_environment(),
                cwd="/",
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
    return ours, process


def _build_environment() -> dict[str, str]:
    known = {name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ}
    return {
        **known,
        "PYTHONPATH": str(_PACKAGE_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        # One pool of memory, so that what a large picture took goes back to the system.
        "MALLOC_ARENA_MAX": "1",
        # Number libraries start a thread a core, each with megabytes of its own.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
