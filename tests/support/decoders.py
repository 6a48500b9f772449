"""Starts of decoders that the tests of a whole service can do without: a thousand are started, and
each would load for itself what reads files.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.pool import SandboxPool
from bot.files.sandbox.process import START_SECONDS, SandboxProcess
from bot.files.sandbox.protection import Protection

_find_protection = SandboxPool.find_protection
_found: list[Protection] = []
_servers: list[ForkServer] = []


class _LastingServer(ForkServer):
    """Serves all services of a run of tests."""

    def close(self) -> None:
        """A service has ended: the next one follows."""

    def retire(self) -> None:
        """A service is idle."""


async def _find_protection_once(pool: SandboxPool) -> Protection:
    if not _found:
        _found.append(await _find_protection(pool))
    return _found[0]


def _take_any(pool: SandboxPool, batch: str) -> SandboxProcess:
    process = pool.idle_processes.pop() if pool.idle_processes else pool._build_process()
    process.batch = batch or "of nobody"
    return process


def _start_server() -> ForkServer:
    """Return the server of this run, which ends with the thread that has started it: with all."""
    if not _servers and threading.current_thread() is threading.main_thread():
        _servers.append(_LastingServer(START_SECONDS, max_forks=1_000_000))
        process = SandboxProcess(2_048, server=_servers[0])
        process.start()
        process.kill()
    return _servers[0] if _servers else ForkServer(START_SECONDS)


@contextmanager
def start_few_decoders() -> Iterator[None]:
    """Start a decoder where none is idle: none ahead of a file, and one to learn what it may.

    So one decoder of a service reads what different people sent, and those of all services are
    forks of one server. What protection decoders have on this machine is asked once, and the same
    in all services after that. `tests/unit/files/sandbox` has the pool as it is: which files share
    a process, and when the next one is started.
    """
    server = _start_server()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SandboxPool, "find_protection", _find_protection_once)
        patch.setattr(SandboxPool, "_take", _take_any)
        patch.setattr(SandboxPool, "_prepare_spare", lambda _pool: None)
        patch.setattr(SandboxPool, "_build_server", lambda _pool: server)
        yield
