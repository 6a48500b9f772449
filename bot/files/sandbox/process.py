"""Starts, uses and kills one sandbox process, on the side of the service.

Its calls block, so they run in a thread. See `pool.py` for which process takes which file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from bot.files.sandbox.forking.client import ForkingRefused, ForkServer
from bot.files.sandbox.pipe import Header, Message, PipeError, TimeLimit, receive, send
from bot.files.sandbox.protection import Protection, parse_protection
from bot.files.sandbox.running import RunningProcess, end_process, spawn_module
from bot.observability.shortages import name_shortage

_MB = 1024 * 1024
# A crowded machine takes seconds to start Python; this is not counted as time of the first task.
START_SECONDS = 30.0
_CHILD_MODULE = "bot.files.sandbox.child"
# A process is not used again after it has worked this long. Its limit of processor time is what
# that and a last task take on four cores: more cores than any library uses here.
_MAX_BUSY_SECONDS, _CORES = 60.0, 4
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

    It is a fork of `server`; without one, or where the system refuses that, `module` runs as a
    program. `batch` names the files that it may read: see `pool.py`.
    """

    def __init__(
        self, memory_mb: int, module: str = _CHILD_MODULE, *, server: ForkServer | None = None
    ) -> None:
        self._memory_mb = memory_mb
        self._module = module
        self._server = server
        self._process: RunningProcess | None = None
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
        """Run one task. Raises `ProcessDied`, or `ProcessTimeout` after `task_seconds`; what the
        service itself stood still is not counted.

        Raises `ProcessNotStarted` if no file was read because there is no process. After any of
        these errors the process cannot be used again.
        """
        sock = self._ensure_started(task_seconds)
        started_at = time.monotonic()
        process = self._process
        if process is None or process.has_ended():
            raise _build_died(was_used=True)
        try:
            limit = TimeLimit(task_seconds)
            send(sock, header, blobs, limit)
            result = receive(sock, limit)
        except TimeoutError as error:
            raise ProcessTimeout from error
        except (PipeError, OSError) as error:
            raise _build_died(was_used=self.task_count > 0 or process.is_orphan) from error
        self._busy_seconds += time.monotonic() - started_at
        self.task_count += 1
        return result

    def kill(self) -> None:
        """End the process and all that it has started, without waiting until they have ended."""
        with self._lock:
            self._killed = True
            process, sock = self._process, self._socket
            self._process = self._socket = None
        # Before it is ready it has read no file, and with the filter it cannot have started any.
        may_have_children = self._is_ready and not self.protection.has_filter
        if process is not None and may_have_children:
            # Without its socket it would end by itself, perhaps before its family is looked for.
            process.stop()
        if sock is not None:
            with contextlib.suppress(OSError):
                # Wakes a thread that waits for a result.
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        if process is not None:
            end_process(process, may_have_children=may_have_children)

    def _ensure_started(self, task_seconds: float) -> socket.socket:
        """Return the socket of the process once it has said what protection it has."""
        with self._start_lock:
            try:
                sock = self._socket or self._start(task_seconds)
                if not self._is_ready:
                    # It reads no file before this, so what it says of itself is true.
                    header, _ = receive(sock, TimeLimit(START_SECONDS))
                    self.protection = parse_protection(header)
                    self._is_ready = True
            except (PipeError, OSError, MemoryError, ValueError) as error:
                may_pass = getattr(error, "errno", None) not in _LASTING_ERRORS
                raise ProcessNotStarted(name_shortage(error), may_pass=may_pass) from error
            return sock

    def _start(self, task_seconds: float) -> socket.socket:
        with self._lock:
            if self._killed:
                raise ProcessDied
        # Without the lock: `kill` does not wait until the system has started it.
        sock, process = self._start_process(int(_CORES * (_MAX_BUSY_SECONDS + task_seconds)))
        with self._lock:
            if not self._killed:
                self._socket, self._process = sock, process
                return sock
        sock.close()
        end_process(process, may_have_children=False)
        raise ProcessDied

    def _start_process(self, cpu_seconds: int) -> tuple[socket.socket, RunningProcess]:
        if self._server is not None:
            with contextlib.suppress(ForkingRefused):
                return self._server.fork(self._memory_mb, cpu_seconds)
        return spawn_module(self._module, (self._memory_mb, cpu_seconds))

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
