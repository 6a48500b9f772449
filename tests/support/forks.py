"""Decoders that are forks of one server, which end with their test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.files.sandbox.forking.client import ForkServer
from bot.files.sandbox.process import START_SECONDS, SandboxProcess

ROOT = Path(__file__).parents[2]
READ = {"task": "read", "name": "a.txt", "told_name": "a.txt"}
_started: list[SandboxProcess] = []


@contextmanager
def open_server() -> Iterator[ForkServer]:
    running = ForkServer(START_SECONDS)
    yield running
    # Also those of a test that failed: they would fail another one, which collects them.
    while _started:
        _started.pop().kill()
    running.close()


def start(server: ForkServer) -> SandboxProcess:
    process = SandboxProcess(2_048, server=server)
    _started.append(process)
    process.start()
    return process
