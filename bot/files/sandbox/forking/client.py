"""Starts decoders by the fork server, on the side of the service: within 20 ms instead of 200.

Keeps one server, which starts with the first decoder, and replaces it from time to time. Its calls
block, so they run in a thread. See `server.py` for what runs there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import socket
import sys
import threading

from bot.files.sandbox.forking import MAX_REQUEST_BYTES
from bot.files.sandbox.running import end_process, spawn_module

SERVER_MODULE = "bot.files.sandbox.forking.server"
# Forks of one server have their memory at the same addresses, so that it does not serve for ever.
MAX_FORKS = 200
# How long a server may take to wait for its last forks. Those it leaves behind stay in the table
# of processes where the service is the first of its container, and so inherits them.
_END_SECONDS = 5.0
# A Python that was built with an older C library has no name for it.
_P_PIDFD: int = getattr(os, "P_PIDFD", 3)
# The kernel, or what a container allows, has no descriptors that stand for processes.
_REFUSALS = (errno.ENOSYS, errno.EPERM, errno.EACCES)


class ForkingRefused(Exception):
    """This system lets no decoder be started as a fork: start it as a program of its own."""


class ForkedProcess:
    """A decoder that the server has forked. It is known by a descriptor: see pidfd_open(2)."""

    def __init__(self, pid: int, handle: int, server: _Server) -> None:
        self.pid = pid
        self._handle = handle
        self._server = server
        # The descriptor is closed once, and not while it is used.
        self._lock = threading.Lock()

    @property
    def keeps_id(self) -> bool:
        """Whether its id belongs to no other: the server waits for it only when it is told to."""
        return self._handle >= 0 and not self.is_orphan

    @property
    def is_orphan(self) -> bool:
        """Whether the server has ended: the kernel ends its forks then."""
        return self._server.has_ended()

    def has_ended(self) -> bool:
        """Whether it has ended."""
        with self._lock:
            return self._handle < 0 or _is_ended(self._handle, 0)

    def stop(self) -> None:
        """Let it do nothing more, not even end."""
        self._send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End it, and nothing that it has started."""
        self._send_signal(signal.SIGKILL)

    def _send_signal(self, number: signal.Signals) -> None:
        with self._lock, contextlib.suppress(OSError):
            if self._handle >= 0:
                signal.pidfd_send_signal(self._handle, number)

    def wait(self, seconds: float | None = None) -> None:
        """Wait for its end and let its id go. Raises `TimeoutError`."""
        if self._handle >= 0 and not _is_ended(self._handle, seconds):
            raise TimeoutError
        with self._lock:
            if self._handle < 0:
                return
            if self.is_orphan:
                # It may have become a child of the service: the first process of a container.
                with contextlib.suppress(OSError):
                    os.waitid(_P_PIDFD, self._handle, os.WEXITED | os.WNOHANG)
            os.close(self._handle)
            self._handle = -1
        self._server.bury(self.pid)


class ForkServer:
    """Starts decoders as forks of one process. Safe to use from any thread."""

    def __init__(
        self, start_seconds: float, module: str = SERVER_MODULE, *, max_forks: int = MAX_FORKS
    ) -> None:
        self._start_seconds = start_seconds
        self._module = module
        self._max_forks = max_forks
        # One fork at a time, as requests and answers go through one socket; a start of the server
        # may take long, and `retire` does not wait for it.
        self._fork_lock = threading.Lock()
        self._server: _Server | None = None
        self._is_closed = False
        self._is_refused = sys.platform != "linux" or not hasattr(os, "pidfd_open")

    @property
    def pid(self) -> int:
        """The id of the server; 0 if none runs."""
        server = self._server
        return 0 if server is None else server.pid

    def fork(self, memory_mb: int, cpu_seconds: int) -> tuple[socket.socket, ForkedProcess]:
        """Start a decoder; return the socket to it, and itself.

        Raises `ForkingRefused`, and `OSError` or `ValueError` where no server or no fork starts.
        """
        if self._is_refused:
            raise ForkingRefused
        with self._fork_lock:
            server = self._server
            if server is None or server.fork_count >= self._max_forks or not server.enter():
                self._replace(None)
                server = _Server(self._module, self._start_seconds)
                server.enter()
                self._replace(server)
                if self._is_closed:
                    self._replace(None)
            try:
                return server.fork(memory_mb, cpu_seconds)
            except (OSError, ValueError) as error:
                server.leave()
                if getattr(error, "errno", None) in _REFUSALS:
                    self._is_refused = True
                    self._replace(None)
                    raise ForkingRefused from error
                if not isinstance(error, BlockingIOError):
                    # Requests and answers may be out of step. After a fork that the system had no
                    # room for, they are not.
                    self._replace(None)
                raise

    def close(self) -> None:
        """End the server as `retire` does, and keep no other one."""
        self._is_closed = True
        self.retire()

    def retire(self) -> None:
        """End the server as soon as the decoders have ended that it has started. Does not wait."""
        self._replace(None)

    def _replace(self, following: _Server | None) -> None:
        server, self._server = self._server, following
        if server is not None:
            server.retire()


class _Server:
    """One process that forks. It ends with the last of its forks, once it is retired."""

    def __init__(self, module: str, start_seconds: float) -> None:
        self._control, self._process = spawn_module(module, (), socket.SOCK_SEQPACKET)
        self._control.settimeout(start_seconds)
        self.pid = self._process.pid
        self._lock = threading.Lock()
        self.fork_count = self._child_count = 0
        self._is_retired = self._is_closed = False

    def has_ended(self) -> bool:
        """Whether its process has ended."""
        return self._process.has_ended()

    def enter(self) -> bool:
        """Count a decoder that is about to be forked; return whether this server still serves."""
        with self._lock:
            if self._is_retired or self._process.has_ended():
                return False
            self._child_count += 1
            return True

    def leave(self) -> None:
        """Count a decoder less."""
        with self._lock:
            self._child_count -= 1
        self._close_if_done()

    def retire(self) -> None:
        """Serve no more; end with the last decoder."""
        with self._lock:
            self._is_retired = True
        self._close_if_done()

    def fork(self, memory_mb: int, cpu_seconds: int) -> tuple[socket.socket, ForkedProcess]:
        """Ask for a decoder. Raises `OSError`, and `ValueError` for an answer that is none."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                request = f"fork {memory_mb} {cpu_seconds}".encode()
                socket.send_fds(self._control, [request], [theirs.fileno()])
            pid, handle = self._receive_answer()
        except BaseException:
            ours.close()
            raise
        self.fork_count += 1
        return ours, ForkedProcess(pid, handle, self)

    def bury(self, pid: int) -> None:
        """Have it wait for a decoder that has ended, whose id is then free for others."""
        with contextlib.suppress(OSError):
            self._control.send(f"bury {pid}".encode())
        self.leave()

    def _receive_answer(self) -> tuple[int, int]:
        answer, descriptors, _, _ = socket.recv_fds(self._control, MAX_REQUEST_BYTES, 1)
        match answer.split():
            case [b"errno", number]:
                raise OSError(int(number), os.strerror(int(number)))
            case [pid] if descriptors:
                return int(pid), descriptors[0]
            case [_]:
                # No descriptor is left here. The decoder ends when its socket is closed.
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            case _:
                raise ConnectionResetError(errno.ECONNRESET, "the fork server has ended")

    def _close_if_done(self) -> None:
        with self._lock:
            if self._is_closed or not self._is_retired or self._child_count > 0:
                return
            self._is_closed = True
        # It waits for its forks and ends when this end is closed; that it does is not left to it.
        self._control.close()
        end_process(self._process, may_have_children=False, grace_seconds=_END_SECONDS)


def _is_ended(handle: int, seconds: float | None) -> bool:
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(None if seconds is None else seconds * 1_000))
