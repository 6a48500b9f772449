"""Starts of decoders that the tests of a whole service can do without: each takes a fifth of a
second of processor time, and a thousand services are started.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.files.sandbox.pool import SandboxPool
from bot.files.sandbox.process import SandboxProcess
from bot.files.sandbox.protection import Protection

_find_protection = SandboxPool.find_protection
_found: list[Protection] = []


async def _find_protection_once(pool: SandboxPool) -> Protection:
    if not _found:
        _found.append(await _find_protection(pool))
    return _found[0]


def _take_any(pool: SandboxPool, batch: str) -> SandboxProcess:
    process = pool.idle_processes.pop() if pool.idle_processes else pool._build_process()
    process.batch = batch or "of nobody"
    return process


@contextmanager
def start_few_decoders() -> Iterator[None]:
    """Start a decoder where none is idle: none ahead of a file, and one to learn what it may.

    So one decoder of a service reads what different people sent. What protection decoders have on
    this machine is asked once, and the same in all services after that. `tests/unit/files/sandbox`
    has the pool as it is: which files share a process, and when the next one is started.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SandboxPool, "find_protection", _find_protection_once)
        patch.setattr(SandboxPool, "_take", _take_any)
        patch.setattr(SandboxPool, "_prepare_spare", lambda _pool: None)
        yield
