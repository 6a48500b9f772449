"""Starts, uses and kills one sandbox process, on the side of the service.

Its calls block, so they run in a thread. See `pool.py` for which process takes which file.
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

import bot
from bot.files.sandbox.pipe import Header, Message, PipeError, receive, send

# The folder that holds the package `bot`: the process finds it there from any working directory.
_PACKAGE_ROOT = Path(bot.__file__).parents[1]
# A crowded machine takes seconds to start Python; this is not counted as time of the first task.
START_SECONDS = 30.0
# Environment variables that are passed on; above all, no token is.
_PASSED_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")


class ProcessDied(Exception):
    """The process has ended without a result. `was_used`: it had done other tasks before."""

    was_used = False


class ProcessNotStarted(Exception):
    """The system did not start the process: no file is to blame for that."""


class ProcessTimeout(Exception):
    """The process did not return a result in time."""


class SandboxProcess:
    """A process that starts with its first task. `kill` is safe at any time, from any thread."""

    def __init__(self, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._killed = False
        self._is_ready = False
        self.resident_mb = 0
        self.task_count = 0

    def run_task(self, header: Header, blobs: Sequence[bytes], task_seconds: float) -> Message:
        """Run one task. Raises `ProcessDied`, or `ProcessTimeout` after `task_seconds`.

        Raises `ProcessNotStarted` if no file was read because there is no process. After any of
        these errors the process cannot be used again.
        """
        sock = self._start_if_needed()
        try:
            deadline = time.monotonic() + task_seconds
            sock.settimeout(task_seconds)
            send(sock, header, blobs)
            result, result_blobs = receive(sock, deadline=deadline)
        except TimeoutError as error:
            raise ProcessTimeout from error
        except (PipeError, OSError) as error:
            died = ProcessDied()
            died.was_used = self.task_count > 0
            raise died from error
        resident = result.pop("rss", 0)
        self.resident_mb = resident if isinstance(resident, int) else 0
        self.task_count += 1
        return result, result_blobs

    def kill(self) -> None:
        """End the process without waiting until it has ended."""
        with self._lock:
            self._killed = True
            process, sock = self._process, self._socket
            self._process = self._socket = None
        if sock is not None:
            with contextlib.suppress(OSError):
                # Wakes a thread that waits for a result.
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        if process is not None:
            process.kill()
            # Freeing gigabytes takes the system a while, so a thread waits for the end.
            threading.Thread(target=process.wait, name="reaper", daemon=True).start()

    def _start_if_needed(self) -> socket.socket:
        """Return the socket of the process once that is ready to read files."""
        try:
            sock = self._ensure_spawned()
            if not self._is_ready:
                # A process that cannot load its libraries ends before it says anything.
                receive(sock, deadline=time.monotonic() + START_SECONDS)
                self._is_ready = True
        except (PipeError, OSError, MemoryError) as error:
            raise ProcessNotStarted(type(error).__name__) from error
        return sock

    def _ensure_spawned(self) -> socket.socket:
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
    passed = {name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ}
    return {
        **passed,
        "PYTHONPATH": str(_PACKAGE_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        # One memory arena, so that the memory of a large picture goes back to the system.
        "MALLOC_ARENA_MAX": "1",
        # Numerical libraries start one thread per core, and each thread takes megabytes.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
