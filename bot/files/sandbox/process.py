"""Starts, uses and kills one sandbox process, on the side of the service.

Its calls block, so they run in a thread. See `pool.py` for which process takes which file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import bot
from bot.files.sandbox.family import kill_family
from bot.files.sandbox.pipe import Header, Message, PipeError, receive, send
from bot.files.sandbox.protection import Protection, parse_protection
from bot.observability.shortages import name_shortage

_MB = 1024 * 1024
# The folder that holds the package `bot`: the process finds it there from any working directory.
_PACKAGE_ROOT = Path(bot.__file__).parents[1]
# A crowded machine takes seconds to start Python; this is not counted as time of the first task.
START_SECONDS = 30.0
_CHILD_MODULE = "bot.files.sandbox.child"
# Environment variables that are passed on: where the interpreter's own libraries are.
_PASSED_VARIABLES = ("LD_LIBRARY_PATH",)
# A process is not used again after it has worked this long. Its limit of processor time is what
# that and a last task take on four cores: more cores than any library uses here.
_MAX_BUSY_SECONDS, _CORES = 60.0, 4
_MAX_END_SECONDS = 1.0
# The program is not there, or may not be run: waiting does not help.
_LASTING_ERRORS = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.ENOEXEC)
# A process that has grown beyond this is replaced: libraries keep the memory of a large file.
_MAX_RESIDENT_MB = 200


class ProcessDied(Exception):
    """The process has ended without a result. `was_used`: it may have ended before the task."""

    was_used = False


class ProcessNotStarted(Exception):
    """The system did not start the process: no file is to blame for that.

    `may_pass`: it is out of descriptors, processes or memory, or too slow, and not out of order.
    """

    def __init__(self, detail: str = "", *, may_pass: bool = True) -> None:
        super().__init__(detail)
        self.may_pass = may_pass


class ProcessTimeout(Exception):
    """The process did not return a result in time."""


class SandboxProcess:
    """A process that starts with its first task. `kill` is safe at any time, from any thread.

    `module` is what runs in it. `batch` names the files that it may read: see `pool.py`.
    """

    def __init__(self, memory_mb: int, module: str = _CHILD_MODULE) -> None:
        self._memory_mb = memory_mb
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        # Held until it has said that it is ready; `kill` does not wait for it.
        self._start_lock = threading.Lock()
        self._is_ready = False
        self._killed = False
        self._busy_seconds = 0.0
        self.task_count = 0
        self.batch = ""
        self.protection = Protection()

    @property
    def pid(self) -> int:
        """Its process id; 0 if it does not run."""
        return 0 if self._process is None else self._process.pid

    @property
    def is_worn(self) -> bool:
        """Whether it has worked or grown so much that it should not be used again."""
        return self._busy_seconds > _MAX_BUSY_SECONDS or self._read_resident_mb() > _MAX_RESIDENT_MB

    def start(self) -> None:
        """Start it ahead of its first task. Raises `ProcessNotStarted`."""
        self._ensure_started(START_SECONDS)

    def run_task(self, header: Header, blobs: Sequence[bytes], task_seconds: float) -> Message:
        """Run one task. Raises `ProcessDied`, or `ProcessTimeout` after `task_seconds`.

        Raises `ProcessNotStarted` if no file was read because there is no process. After any of
        these errors the process cannot be used again.
        """
        sock = self._ensure_started(task_seconds)
        started_at = time.monotonic()
        if self._has_ended():
            raise _build_died(was_used=True)
        try:
            sock.settimeout(task_seconds)
            send(sock, header, blobs)
            result = receive(sock, deadline=started_at + task_seconds)
        except TimeoutError as error:
            raise ProcessTimeout from error
        except (PipeError, OSError) as error:
            raise _build_died(was_used=self.task_count > 0) from error
        self._busy_seconds += time.monotonic() - started_at
        self.task_count += 1
        return result

    def kill(self) -> None:
        """End the process and all that it has started, without waiting until they have ended."""
        with self._lock:
            self._killed = True
            process, sock = self._process, self._socket
            self._process = self._socket = None
        if process is not None and not self.protection.has_filter:
            # Without its socket it would end by itself, perhaps before its family is looked for.
            process.send_signal(signal.SIGSTOP)
        if sock is not None:
            with contextlib.suppress(OSError):
                # Wakes a thread that waits for a result.
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        if process is not None:
            if self.protection.has_filter:
                # It cannot have started any other.
                process.kill()
            # Freeing gigabytes takes the system a while, so a thread waits for the end.
            reaper = threading.Thread(
                target=_wait_for_end, args=(process, self.protection), name="reaper", daemon=True
            )
            try:
                reaper.start()
            except (RuntimeError, MemoryError):
                # The system starts no more threads. What has ended and is not waited for counts
                # as a process, of which there may be none left either.
                kill_family(process.pid)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_MAX_END_SECONDS)

    def _ensure_started(self, task_seconds: float) -> socket.socket:
        """Return the socket of the process once it has said what protection it has."""
        with self._start_lock:
            try:
                sock = self._socket or self._spawn(task_seconds)
                if not self._is_ready:
                    # It reads no file before this, so what it says of itself is true.
                    header, _ = receive(sock, deadline=time.monotonic() + START_SECONDS)
                    self.protection = parse_protection(header)
                    self._is_ready = True
            except (PipeError, OSError, MemoryError, ValueError) as error:
                may_pass = getattr(error, "errno", None) not in _LASTING_ERRORS
                raise ProcessNotStarted(name_shortage(error), may_pass=may_pass) from error
            return sock

    def _spawn(self, task_seconds: float) -> socket.socket:
        cpu_seconds = int(_CORES * (_MAX_BUSY_SECONDS + task_seconds))
        with self._lock:
            if self._killed:
                raise ProcessDied
            sock, self._process = _spawn(self._module, self._memory_mb, cpu_seconds)
            self._socket = sock
            return sock

    def _has_ended(self) -> bool:
        process = self._process
        return process is None or process.poll() is not None

    def _read_resident_mb(self) -> int:
        """Return its resident memory in megabytes; 0 if the system does not report it."""
        process = self._process
        if process is None:
            return 0
        try:
            pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        except (OSError, ValueError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE") // _MB


def _build_died(*, was_used: bool) -> ProcessDied:
    died = ProcessDied()
    died.was_used = was_used
    return died


def _wait_for_end(process: subprocess.Popen[bytes], protection: Protection) -> None:
    if not protection.has_filter:
        kill_family(process.pid)
    process.wait()


def _spawn(
    module: str, memory_mb: int, cpu_seconds: int
) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, theirs = socket.socketpair()
    with theirs:
        numbers = (theirs.fileno(), memory_mb, cpu_seconds)
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module, our own numbers
                [sys.executable, "-m", module, *map(str, numbers)],
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
