"""Holds a process that runs next to the service, and ends it with all that it has started.

Starts a module of ours as a program. See `forking/client.py` for processes that are forks of one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import bot
from bot.files.sandbox.family import kill_family, kill_left_family

# The folder that holds the package `bot`: the process finds it there from any working directory.
_PACKAGE_ROOT = Path(bot.__file__).parents[1]
# Environment variables that are passed on: where the interpreter's own libraries are.
_PASSED_VARIABLES = ("LD_LIBRARY_PATH",)
_MAX_END_SECONDS = 1.0


class RunningProcess(Protocol):
    """A process that was started."""

    pid: int

    @property
    def keeps_id(self) -> bool:
        """Whether its id belongs to no other, even if it has ended: it was not waited for yet."""

    @property
    def is_orphan(self) -> bool:
        """Whether the process that started it has ended: then it ends as well, of no file."""

    def has_ended(self) -> bool:
        """Whether it has ended."""

    def stop(self) -> None:
        """Let it do nothing more, not even end."""

    def kill(self) -> None:
        """End it, and nothing that it has started."""

    def wait(self, seconds: float | None = None) -> None:
        """Wait for its end and let its id go. Raises `TimeoutError`."""


class SpawnedProcess:
    """A process that the service itself has started."""

    is_orphan = False

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid
        # Of two that look at the same moment, `poll` would tell one that it still runs.
        self._lock = threading.Lock()

    @property
    def keeps_id(self) -> bool:
        """Whether its id belongs to no other."""
        return self._process.returncode is None

    def has_ended(self) -> bool:
        """Whether it has ended. Its id stays its own: `wait` lets it go."""
        with self._lock:
            return not self.keeps_id or _is_zombie(self._process)

    def stop(self) -> None:
        """Let it do nothing more, not even end."""
        self._send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End it, and nothing that it has started."""
        self._send_signal(signal.SIGKILL)

    def _send_signal(self, number: signal.Signals) -> None:
        # `Popen.send_signal` would let the id go where the process has ended, and then it could
        # not be said any more whose family is to be ended.
        with self._lock, contextlib.suppress(OSError):
            if self.keeps_id:
                os.kill(self.pid, number)

    def wait(self, seconds: float | None = None) -> None:
        """Wait for its end and let its id go. Raises `TimeoutError`."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError from error


def spawn_module(
    module: str, values: Sequence[int], kind: socket.SocketKind = socket.SOCK_STREAM
) -> tuple[socket.socket, SpawnedProcess]:
    """Start a module of ours with nothing of the service's; return a socket to it, and itself.

    Its arguments are the other socket's descriptor and `values`. Raises `OSError`.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    with theirs:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module, our own numbers
                [sys.executable, "-m", module, *map(str, (theirs.fileno(), *values))],
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
    return ours, SpawnedProcess(process)


def end_process(
    process: RunningProcess, *, may_have_children: bool, grace_seconds: float = 0.0
) -> None:
    """End a process and all that it has started, without waiting until they have ended.

    With `grace_seconds` it may first end by itself within that time.
    """
    if not may_have_children and not grace_seconds:
        process.kill()
    # Freeing gigabytes takes the system a while, so a thread waits for the end.
    reaper = threading.Thread(
        target=_wait_for_end,
        args=(process, grace_seconds, None),
        kwargs={"may_have_children": may_have_children},
        name="reaper",
        daemon=True,
    )
    try:
        reaper.start()
    except (RuntimeError, MemoryError):
        # The system starts no more threads. What has ended and is not waited for counts as a
        # process, of which there may be none left either.
        grace_seconds = min(grace_seconds, _MAX_END_SECONDS)
        with contextlib.suppress(TimeoutError):
            _wait_for_end(process, grace_seconds, _MAX_END_SECONDS, may_have_children=True)


def _wait_for_end(
    process: RunningProcess,
    grace_seconds: float,
    max_seconds: float | None,
    *,
    may_have_children: bool,
) -> None:
    if grace_seconds:
        with contextlib.suppress(TimeoutError):
            process.wait(grace_seconds)
            return
        process.kill()
    keeps_id = process.keeps_id
    if not may_have_children or not keeps_id:
        process.kill()
    elif may_have_children:
        kill_family(process.pid)
    process.wait(max_seconds)
    if may_have_children and not keeps_id:
        kill_left_family(process.pid)


def _is_zombie(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process has ended that was not waited for. Where the system cannot tell without
    letting its id go, it goes."""
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    try:
        ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True  # whoever waits for it has just learned of its end
    return ended is not None


def _build_environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ}
    return {
        **passed,
        "PYTHONPATH": str(_PACKAGE_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        # One memory arena, so that the memory of a large picture goes back to the system.
        "MALLOC_ARENA_MAX": "1",
        # Memory of large pictures comes in pages of 2 MB where the system has them: to be given the
        # same in small ones took a fifth to two fifths of the time of an edit.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        # Numerical libraries start one thread per core, and each thread takes megabytes.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
